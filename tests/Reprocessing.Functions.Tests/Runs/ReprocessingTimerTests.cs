using Reprocessing.Storage.Results;
using Reprocessing.Storage.Starts;

namespace Reprocessing.Functions.Tests.Runs;

public sealed class ReprocessingTimerTests
{
    private readonly FakeEngine _engine = new();
    private readonly Mock<IResultStore> _results = new();
    private readonly Mock<IPendingStarts> _pending = new();
    private readonly MeterReader _meters = new();
    private readonly ReprocessingOptions _options = new();
    private readonly ScheduleStore _schedule = new(new FakeStorage().Tables, TimeProvider.System);

    public ReprocessingTimerTests() => _pending
        .Setup(pending => pending.ReadAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
        .Returns(AsyncEnumerable.Empty<OrderStart>());

    [Fact]
    public async Task A_tick_starts_a_run_and_keeps_no_skip()
    {
        await TickAsync();

        var input = Assert.IsType<ReprocessingBatchInput>(Assert.Single(_engine.Started).Input);
        Assert.Equal((null, RunTrigger.Timer), (input.MaxOrders, input.Trigger));
        _results.VerifyNoOtherCalls();
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running, TickSkipReason.AlreadyRunning, "already_running")]
    [InlineData(OrchestrationRuntimeStatus.Suspended, TickSkipReason.Paused, "paused")]
    public async Task A_tick_during_a_run_is_skipped_counted_and_kept(OrchestrationRuntimeStatus status, TickSkipReason reason, string name)
    {
        _engine.Put(RunStarter.InstanceId, status, new ReprocessingBatchInput(null, RunTrigger.Http, "other"));

        await TickAsync();

        Assert.Empty(_engine.Started);
        AssertSkipped(reason, name);
    }

    [Fact]
    public async Task A_tick_while_the_schedule_is_disabled_is_skipped_counted_and_kept()
    {
        _options.Enabled = false;

        await TickAsync();

        Assert.Empty(_engine.Started);
        AssertSkipped(TickSkipReason.Disabled, "disabled");
    }

    [Fact]
    public async Task A_tick_while_the_schedule_is_paused_is_skipped_counted_and_kept_and_the_next_one_after_it_is_resumed_starts_a_run()
    {
        await _schedule.EditAsync(isPaused: true, "ann", "The warehouse moves.", default);
        await TickAsync();
        Assert.Empty(_engine.Started);
        AssertSkipped(TickSkipReason.Paused, "paused");

        await _schedule.EditAsync(isPaused: false, "ann", "It has moved.", default);
        await TickAsync();
        Assert.Single(_engine.Started);
    }

    [Fact]
    public async Task A_tick_while_the_schedule_is_disabled_makes_the_starts_that_were_decided()
    {
        _options.Enabled = false;
        _pending.Setup(pending => pending.ReadAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .Returns(new[] { new OrderStart("A", "order-fulfillment-A-gen-1", 0, 1, new OrderInput("A", "C", [new("S", 1, 1)])) { DecidedAt = TimeProvider.System.GetUtcNow() } }.ToAsyncEnumerable());

        await TickAsync();

        Assert.Equal("order-fulfillment-A-gen-1", Assert.Single(_engine.Started).Id);
        _results.Verify(store => store.SaveSkippedTickAsync(It.Is<SkippedTick>(tick => tick.Reason == TickSkipReason.Disabled), It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task A_past_due_tick_starts_a_run_as_any_other()
    {
        await TickAsync(new TimerInfo { IsPastDue = true });

        Assert.Single(_engine.Started);
    }

    private void AssertSkipped(TickSkipReason reason, string name)
    {
        _results.Verify(store => store.SaveSkippedTickAsync(It.Is<SkippedTick>(tick => tick.Reason == reason), It.IsAny<CancellationToken>()));
        Assert.Equal([("reprocessing.schedule.skipped_ticks", 1.0, $"reprocessing.skip.reason={name}")], _meters.Read());
    }

    private Task TickAsync(TimerInfo? timer = null)
    {
        var starter = new RestartStarter(
            ChunkBench.Target(),
            Options.Create(_options),
            new MeterReader().Metrics,
            NullLogger<RestartStarter>.Instance);
        var function = new ReprocessingTimer(
            new RunStarter(new FakeJobStore().Store, TimeProvider.System, NullLogger<RunStarter>.Instance),
            _schedule,
            new InterruptedStarts(
                _pending.Object, ChunkBench.Target(), starter, RetryStrategy.Default, Options.Create(_options), _meters.Metrics, TimeProvider.System, NullLogger<InterruptedStarts>.Instance),
            _results.Object,
            Options.Create(_options),
            _meters.Metrics,
            TimeProvider.System,
            NullLogger<ReprocessingTimer>.Instance);
        return function.RunAsync(timer ?? new TimerInfo(), _engine.Client, default);
    }
}
