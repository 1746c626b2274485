using System.Diagnostics.Metrics;

namespace Reprocessing.Functions.Observability;

// How things stand, as of the last time that the app looked for a reason of its own: who collects metrics reads no storage. When another host takes over, the old
// figures are not told for ever. What there is none of is told as 0: a series that just ends would stand at its last figure.
internal sealed class StateMetrics
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly LastValue<DeadLetterCount> _deadLetters;
    private readonly LastValue<IReadOnlyDictionary<JobOperation, int>> _jobs;
    private readonly LastValue<DueBacklog> _backlog;
    private readonly LastValue<IReadOnlySet<AlertKind>> _alerts;

    public StateMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        (_deadLetters, _jobs, _alerts) = (new(time, MaxAge), new(time, MaxAge), new(time, MaxAge));
        _backlog = new(time, TimeSpan.FromHours(1));
        var meter = meters.Create(ReprocessingMetrics.MeterName);
        meter.CreateObservableUpDownCounter("reprocessing.dead_letter.entry.count", Depth, "{entry}", "Dead letters that there are.");
        meter.CreateObservableGauge("reprocessing.dead_letter.oldest.age", () => Age(_deadLetters, count => count.Statistics.OldestUnresolved), "s", "How long the oldest open dead letter has waited; 0 when there is none.");
        meter.CreateObservableUpDownCounter("reprocessing.failure_group.count", () => CountEach(_deadLetters, count => count.GroupStates, "reprocessing.failure_group.state"), "{group}", "Kinds of failures that there are or were.");
        meter.CreateObservableUpDownCounter("reprocessing.backlog.order.count", Backlog, "{order}", "Orders that were due when a run began or had ended, no further than that had to be counted.");
        meter.CreateObservableGauge("reprocessing.backlog.oldest.age", () => Age(_backlog, due => due.Oldest), "s", "How long the first of the due orders has been due; 0 when there is none.");
        meter.CreateObservableUpDownCounter("reprocessing.job.active", () => CountEach(_jobs, jobs => jobs, "reprocessing.job.operation", JobOperation.Reprocess), "{job}", "Jobs of plans that have not ended.");
        meter.CreateObservableGauge("reprocessing.alert.active", () => CountEach(_alerts, active => active.ToDictionary(kind => kind, _ => 1), "reprocessing.alert.kind"), "{alert}", "1 while an alert of the kind is raised, else 0.");
    }

    public void DeadLettersCounted(DeadLetterCount count) => _deadLetters.Set(count, count.Statistics.AsOf);

    public void BacklogCounted(DueBacklog due) => _backlog.Set(due, _time.GetUtcNow());

    public void JobsCounted(IReadOnlyDictionary<JobOperation, int> open) => _jobs.Set(open, _time.GetUtcNow());

    public void AlertsAre(IEnumerable<AlertKind> active) => _alerts.Set(active.ToHashSet(), _time.GetUtcNow());

    private IEnumerable<Measurement<long>> Depth() =>
        _deadLetters.Current is not [var count] ? []
        : Enum.GetValues<ErrorType>().SelectMany(type => new[] { Depth(count, new(true, type)), Depth(count, new(false, type)) });

    private static Measurement<long> Depth(DeadLetterCount count, DeadLetterKind kind) => new(
        count.Depth.GetValueOrDefault(kind),
        new KeyValuePair<string, object?>("reprocessing.entry.state", kind.IsOpen ? "unresolved" : "resolved"),
        new KeyValuePair<string, object?>("error.type", EnumNames.Of(kind.ErrorType)));

    private IEnumerable<Measurement<long>> Backlog() => _backlog.Current is [var due] ? [new(due.Count)] : [];

    private IEnumerable<Measurement<double>> Age<T>(LastValue<T> last, Func<T, DateTimeOffset?> since) =>
        last.Current is not [var current] ? [] : [new(since(current) is { } oldest ? Math.Max(0, (_time.GetUtcNow() - oldest).TotalSeconds) : 0)];

    private static IEnumerable<Measurement<long>> CountEach<T, TKind>(
        LastValue<T> last, Func<T, IReadOnlyDictionary<TKind, int>> counts, string attribute, params TKind[] except)
        where TKind : struct, Enum =>
        last.Current is not [var current] ? []
        : Enum.GetValues<TKind>().Except(except)
            .Select(kind => new Measurement<long>(counts(current).GetValueOrDefault(kind), new KeyValuePair<string, object?>(attribute, EnumNames.Of(kind))));

    private sealed class LastValue<T>(TimeProvider time, TimeSpan maxAge)
    {
        private volatile Tuple<T, DateTimeOffset>? _last;

        public T[] Current => _last is { } last && time.GetUtcNow() - last.Item2 < maxAge ? [last.Item1] : [];

        public void Set(T value, DateTimeOffset at) => _last = new(value, at);
    }
}
