using System.Diagnostics.Metrics;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.DeadLetters;

namespace ReprocessingFunctions.Observability;

/// <summary>
/// Depth and age of the dead-letter queue, as of the last count: who collects metrics reads no storage. Only the host whose timer
/// counts has figures, and when another takes over, the old ones are not told for ever.
/// </summary>
internal sealed class DeadLetterMetrics
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private volatile DeadLetterCount? _last;

    public DeadLetterMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(ReprocessingMetrics.MeterName);
        meter.CreateObservableUpDownCounter("reprocessing.dead_letter.entry.count", Depth, "{entry}", "Dead letters that there are.");
        meter.CreateObservableGauge("reprocessing.dead_letter.oldest.age", OldestAge, "s", "How long the oldest open dead letter has waited; 0 when there is none.");
    }

    public void Counted(DeadLetterCount count) => _last = count;

    /// <summary>A kind that there is none of is told as 0: a series that just ends would stand at its last figure.</summary>
    private IEnumerable<Measurement<long>> Depth() =>
        Current() is not { } count ? []
        : Enum.GetValues<ErrorType>().SelectMany(type => new[] { Depth(count, new(true, type)), Depth(count, new(false, type)) });

    private static Measurement<long> Depth(DeadLetterCount count, DeadLetterKind kind) => new(
        count.Depth.GetValueOrDefault(kind),
        new KeyValuePair<string, object?>("reprocessing.entry.state", kind.IsOpen ? "unresolved" : "resolved"),
        new KeyValuePair<string, object?>("error.type", EnumNames.Of(kind.ErrorType)));

    private IEnumerable<Measurement<double>> OldestAge() =>
        Current() is not { } count ? []
        : [new(count.Statistics.OldestUnresolved is { } oldest ? Math.Max(0, (_time.GetUtcNow() - oldest).TotalSeconds) : 0)];

    private DeadLetterCount? Current() =>
        _last is { } last && _time.GetUtcNow() - last.Statistics.AsOf < MaxAge ? last : null;
}
