using Reprocessing.Storage.Results;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Alerts;

/// <summary>Alerts and the schedule on tables in memory, with all that their evaluation looks at.</summary>
internal sealed class AlertBench
{
    private readonly FakeStorage _storage = new();
    private readonly RecordingLogger<AlertUpdates> _log = new();

    public AlertBench()
    {
        var notifications = new Mock<INotifications>();
        notifications.Setup(one => one.AlertedAsync(It.IsAny<DurableTaskClient>(), It.IsAny<IReadOnlyList<AlertState>>(), It.IsAny<CancellationToken>()))
            .Callback<DurableTaskClient, IReadOnlyList<AlertState>, CancellationToken>((_, alerts, _) => Told.AddRange(alerts))
            .Returns(Task.CompletedTask);
        Store = new(_storage.Tables, NullLogger<AlertStore>.Instance);
        Schedule = new(_storage.Tables, Clock);
        Updates = new(Store, notifications.Object, Meters.Metrics, _log);
        Groups.Setup(groups => groups.ListAsync(null, It.IsAny<int>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => new Reprocessing.Storage.Page<FailureGroup>([.. Found], null));
        Jobs.Setup(jobs => jobs.ListOpenAsync(It.IsAny<DateTimeOffset>(), It.IsAny<int>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => new Reprocessing.Storage.Page<JobRecord>([.. Open], null));
        Results.Setup(results => results.ListAsync(1, null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => new Reprocessing.Storage.Page<JobRecord>(LastRun is { } run ? [run] : [], null));
        Results.Setup(results => results.FindLastSkippedTickAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() => LastSkippedTick);
        Audit.Setup(audit => audit.AddAsync(It.IsAny<AuditEvent>(), It.IsAny<CancellationToken>()))
            .Callback<AuditEvent, CancellationToken>((told, _) => Audited.Add(told))
            .Returns(Task.CompletedTask);
    }

    /// <summary>For those whose test is about something else.</summary>
    public static AlertUpdates Quiet => new AlertBench().Updates;

    public SettableClock Clock { get; } = new(Backlog.Start);

    public MeterReader Meters { get; } = new();

    public FakeEngine Engine { get; } = new();

    public AlertStore Store { get; }

    public ScheduleStore Schedule { get; }

    public AlertUpdates Updates { get; }

    public ReprocessingOptions Options { get; } = new();

    public List<AlertState> Told { get; } = [];

    public List<AuditEvent> Audited { get; } = [];

    public List<FailureGroup> Found { get; } = [];

    public List<JobRecord> Open { get; } = [];

    public JobRecord? LastRun { get; set; }

    public SkippedTick? LastSkippedTick { get; set; }

    public Mock<IAuditLog> Audit { get; } = new();

    public Mock<IResultStore> Results { get; } = new();

    public AlertWatch Watch => new(
        Updates,
        Store,
        Groups.Object,
        Jobs.Object,
        new(Schedule, Results.Object, Audit.Object, Microsoft.Extensions.Options.Options.Create(Options), Clock),
        Audit.Object,
        new MeterReader().States,
        Microsoft.Extensions.Options.Options.Create(new AlertThresholds()),
        Clock);

    public AlertFunctions Functions => new(Store, Audit.Object, Clock);

    public ScheduleFunctions ScheduleFunctions => new(Schedule, Results.Object, Audit.Object, Microsoft.Extensions.Options.Options.Create(Options), Clock);

    private Mock<IFailureGroups> Groups { get; } = new();

    private Mock<IJobStore> Jobs { get; } = new();

    public async Task<IReadOnlyList<AlertState>> ListAsync() => (await Store.ListAsync(null, 100, null, default)).Items;

    public IEnumerable<(LogLevel Level, int Id, string Message)> Logged(int id) => _log.Entries.Where(entry => entry.Id == id);

    /// <summary>One look a minute later.</summary>
    public async Task<IReadOnlyList<string>> LookAsync(int depth = 0, DateTimeOffset? oldest = null)
    {
        Clock.Now += TimeSpan.FromMinutes(1);
        await Watch.EvaluateAsync(
            Engine.Client,
            new()
            {
                TotalEntries = depth,
                UnresolvedCount = depth,
                ByFailureStatus = new Dictionary<string, int>(),
                ByErrorType = new Dictionary<string, int>(),
                ByResolution = new Dictionary<string, int>(),
                AverageRetries = 0,
                OldestUnresolved = oldest,
                AsOf = Clock.Now,
            },
            default);
        return [.. (await ListAsync()).Where(alert => alert.IsRaised).Select(alert => alert.Id).Order(StringComparer.Ordinal)];
    }
}
