using System.Diagnostics.Metrics;
using Reprocessing.Functions.Observability;

namespace Reprocessing.Functions.Tests.DeadLetters;

public sealed class DeadLetterCountTests
{
    private readonly Mock<IDeadLetterCounter> _counter = new();
    private readonly Mock<TimeProvider> _time = new();
    private readonly FakeStorage _storage = new();

    public DeadLetterCountTests()
    {
        _counter.Setup(counter => counter.CountAsync(It.IsAny<CancellationToken>())).ReturnsAsync(Count);
        At(TimeSpan.Zero);
    }

    [Fact]
    public async Task Statistics_are_answered_as_they_were_counted()
    {
        var metrics = new StateMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(), _time.Object);

        var answer = await Functions(metrics).GetDeadLetterStatistics(new FakeRequest("GET", "/api/statistics/dead-letters"), default);

        Assert.Equal(
            """
            {"totalEntries":5,"unresolvedCount":3,"resolvedCount":2,"byFailureStatus":{"pick_timeout":4,"picking_failed":1},
            "byErrorType":{"timeout":4,"command_failure":1},"byResolution":{"manual_retry":2},"averageRetries":4.2,
            "oldestUnresolved":"2026-03-01T11:00:00+00:00","asOf":"2026-03-01T12:00:00+00:00"}
            """.ReplaceLineEndings(string.Empty),
            answer.Text());
    }

    [Fact]
    public async Task A_tick_counts_and_metrics_tell_of_it_without_counting_again()
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var metrics = new StateMetrics(meters, _time.Object);
        Assert.Empty(Collect(meters));

        await Functions(metrics).CountAsync(new FakeEngine().Client, default);
        At(TimeSpan.FromMinutes(5));
        var told = Collect(meters);
        At(StateMetrics.MaxAge);
        var old = Collect(meters);

        Assert.Equal(3_600 + 300, told["reprocessing.dead_letter.oldest.age"]);
        Assert.Equal(3, told["reprocessing.dead_letter.entry.count unresolved timeout"]);
        Assert.Equal(1, told["reprocessing.dead_letter.entry.count resolved timeout"]);
        Assert.Equal(0, told["reprocessing.dead_letter.entry.count unresolved network"]);
        Assert.Equal(0, told["reprocessing.failure_group.count regressed"]);
        Assert.Equal((2 * Enum.GetValues<ErrorType>().Length) + Enum.GetValues<FailureGroupState>().Length + 1, told.Count);
        Assert.Empty(old);
        _counter.Verify(counter => counter.CountAsync(It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task What_was_counted_is_shown_hour_by_hour()
    {
        var functions = Functions(new MeterReader().States);
        await functions.CountAsync(new FakeEngine().Client, default);
        _counter.Setup(counter => counter.CountAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(Count with { Statistics = Count.Statistics with { UnresolvedCount = 4, AsOf = Backlog.Start.AddHours(2) } });
        await functions.CountAsync(new FakeEngine().Client, default);
        At(TimeSpan.FromHours(2.5));

        var all = await functions.GetStatisticsHistory(new FakeRequest("GET", "/api/statistics/history"), default);
        var last = await functions.GetStatisticsHistory(new FakeRequest("GET", "/api/statistics/history?hours=2"), default);
        var faulty = await new FakeRequest("GET", "/api/statistics/history?hours=721").SendAsync(request => functions.GetStatisticsHistory(request, default));

        Assert.Equal(
            """
            {"points":[{"hour":"2026-03-01T12:00:00+00:00","failingCount":0,"dueCount":0,"unresolvedCount":3,"oldestUnresolved":"2026-03-01T11:00:00+00:00"},
            {"hour":"2026-03-01T14:00:00+00:00","failingCount":0,"dueCount":0,"unresolvedCount":4,"oldestUnresolved":"2026-03-01T11:00:00+00:00"}]}
            """.ReplaceLineEndings(string.Empty),
            all.Text());
        Assert.Equal(4, Assert.Single(last.Json().GetProperty("points").EnumerateArray()).GetProperty("unresolvedCount").GetInt32());
        Assert.Equal("invalid_parameter", faulty.Json().GetProperty("code").GetString());
    }

    private DeadLetterStatisticsFunctions Functions(StateMetrics metrics) =>
        new(_counter.Object, new(_storage.Tables), metrics, new AlertBench().Watch, _time.Object);

    internal static DeadLetterCount Count { get; } = new(
        new()
        {
            TotalEntries = 5,
            UnresolvedCount = 3,
            ByFailureStatus = new OrderedDictionary<string, int> { ["pick_timeout"] = 4, ["picking_failed"] = 1 },
            ByErrorType = new OrderedDictionary<string, int> { ["timeout"] = 4, ["command_failure"] = 1 },
            ByResolution = new Dictionary<string, int> { ["manual_retry"] = 2 },
            AverageRetries = 4.2,
            OldestUnresolved = Backlog.Start.AddHours(-1),
            AsOf = Backlog.Start,
        },
        new()
        {
            FailingCount = 0,
            DueCount = 0,
            PermanentCount = 0,
            ByFailureStatus = new Dictionary<string, int>(),
            ByErrorType = new Dictionary<string, int>(),
            AsOf = Backlog.Start,
        },
        new Dictionary<string, FailureGroupCount>(),
        new Dictionary<DeadLetterKind, int>
        {
            [new(true, ErrorType.Timeout)] = 3,
            [new(false, ErrorType.Timeout)] = 1,
            [new(false, ErrorType.CommandFailure)] = 1,
        });

    private void At(TimeSpan later) => _time.Setup(time => time.GetUtcNow()).Returns(Backlog.Start + later);

    private static Dictionary<string, double> Collect(IMeterFactory meters)
    {
        Dictionary<string, double> told = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => told[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => told[Name(instrument, tags)] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return told;
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => tag.Value).Prepend(instrument.Name));
}
