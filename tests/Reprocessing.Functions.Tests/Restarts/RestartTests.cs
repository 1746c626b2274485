using Reprocessing.Storage.Due;
using Reprocessing.Storage.Reprocessing;
using Reprocessing.Storage.Starts;

namespace Reprocessing.Functions.Tests.Restarts;

public sealed class RestartTests
{
    private readonly FakeEngine _engine = new();
    private readonly FakeJobStore _jobs = ChunkBench.JobsOfOneRun();
    private readonly RecordingLogger<RestartStarter> _log = new();
    private readonly RestartStarter _starter;

    public RestartTests() => _starter = new RestartStarter(
        ChunkBench.Target(),
        Options.Create(new ReprocessingOptions()),
        new MeterReader().Metrics,
        _log);

    [Fact]
    public async Task A_chunk_is_tallied_and_the_workflows_of_its_restarted_orders_are_started()
    {
        var tally = await ReprocessAsync(
            new OrderOutcome.Restarted("A", "order-fulfillment-A-retry-1", ChunkBench.Start("A")),
            new OrderOutcome.Restarted("B", "order-fulfillment-B-retry-1", Start: null),
            new OrderOutcome.DeadLettered("C"),
            new OrderOutcome.Skipped("D", SkipReason.Leased),
            new OrderOutcome.Failed("E", "broken"));

        Assert.Equal(new(Found: 5, Started: 2, DeadLettered: 1, Failed: 1, Skipped: 1), tally);
        var (name, id, input) = Assert.Single(_engine.Started);
        Assert.Equal((nameof(OrderFulfillmentOrchestrator), "order-fulfillment-A-retry-1"), (name, id));
        var started = Assert.IsType<OrderFulfillmentInput>(input);
        Assert.Equal((1, RestartPoint.FailedStage, "A"), (started.Attempt, started.From, started.Order.OrderId));
    }

    [Fact]
    public async Task A_start_that_fails_leaves_the_order_restarted_for_the_next_run_to_finish()
    {
        _engine.FailsWith = new TimeoutException("no engine");

        var tally = await ReprocessAsync(new OrderOutcome.Restarted("A", "order-fulfillment-A-retry-1", ChunkBench.Start("A")));

        Assert.Equal(1, tally?.Started);
        Assert.Contains(_log.Entries, entry => entry.Level == LogLevel.Warning && entry.Message.Contains("order-fulfillment-A-retry-1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    public async Task A_workflow_that_exists_counts_as_started_and_is_not_started_again(OrchestrationRuntimeStatus status)
    {
        _engine.Put("order-fulfillment-A-retry-1", status);

        Assert.Empty(await _starter.StartAllAsync(_engine.Client, [ChunkBench.Start("A")], default));

        Assert.Empty(_engine.Started);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_counts_as_started()
    {
        _engine.LosesAnswers = true;

        Assert.Empty(await _starter.StartAllAsync(_engine.Client, [ChunkBench.Start("A")], default));
    }

    [Fact]
    public async Task What_could_not_be_started_is_answered_by_name()
    {
        _engine.OnSchedule = () => _engine.FailsWith = _engine.Started.Count > 0 ? new TimeoutException("no engine") : null;
        var one = new RestartStarter(
            ChunkBench.Target(),
            Options.Create(new ReprocessingOptions { StartParallelism = 1 }),
            new MeterReader().Metrics,
            _log);

        var left = await one.StartAllAsync(_engine.Client, [ChunkBench.Start("A"), ChunkBench.Start("B")], default);

        Assert.Equal("no engine", Assert.Single(left).Value);
        Assert.Contains("B", left.Keys);
    }

    [Fact]
    public async Task A_start_at_an_engine_that_goes_down_fails_its_call_so_that_it_is_made_again()
    {
        _engine.IsSilent = true;

        await Assert.ThrowsAsync<EngineSilentException>(() => _starter.StartAllAsync(_engine.Client, [ChunkBench.Start("A")], default));
        var left = await _starter.StartAllAsync(_engine.Client, [ChunkBench.Start("A")], default, isCalledAgain: false);

        Assert.Equal("A", Assert.Single(left).Key);
        _engine.IsSilent = false;
        Assert.Empty(await _starter.StartAllAsync(_engine.Client, [ChunkBench.Start("A")], default));
        Assert.Single(_engine.Started);
    }

    [Fact]
    public async Task The_first_workflow_of_an_order_begins_at_the_beginning()
    {
        await _starter.StartAllAsync(_engine.Client, [ChunkBench.Start("A") with { Attempt = 0 }], default);

        Assert.Equal(RestartPoint.Beginning, Assert.IsType<OrderFulfillmentInput>(_engine.Started[0].Input).From);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed, 1)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, 1)]
    [InlineData(OrchestrationRuntimeStatus.Running, 0)]
    [InlineData(OrchestrationRuntimeStatus.Pending, 0)]
    public async Task An_interrupted_start_is_made_again_unless_its_workflow_is_on_its_way(OrchestrationRuntimeStatus status, int starts)
    {
        _engine.Put("order-fulfillment-A-retry-1", status);

        Assert.Equal(1, await FinishAsync([ChunkBench.Start("A")]));

        Assert.Equal(starts, _engine.Started.Count);
    }

    [Fact]
    public async Task All_interrupted_starts_are_finished_however_many()
    {
        Assert.Equal(250, await FinishAsync([.. Enumerable.Range(0, 250).Select(number => ChunkBench.Start($"order-{number}"))]));

        Assert.Equal(250, _engine.Started.Select(start => start.Id).Distinct().Count());
    }

    private async Task<ItemTally?> ReprocessAsync(params OrderOutcome[] outcomes)
    {
        var reprocessor = new Mock<IReprocessor>();
        reprocessor.Setup(r => r.ProcessChunkAsync(It.IsAny<ReprocessingRule>(), It.IsAny<IReadOnlyList<DueOrder>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(outcomes);
        return (await ChunkBench.Activity(_jobs, reprocessor.Object, _starter).RunAsync(ChunkBench.Input(), _engine.Client, default)).Tally;
    }

    private Task<int> FinishAsync(IReadOnlyList<OrderStart> starts)
    {
        var pending = new Mock<IPendingStarts>();
        pending.Setup(p => p.ReadAsync(It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .Returns(starts.Select(start => start with { DecidedAt = TimeProvider.System.GetUtcNow() }).ToAsyncEnumerable());
        return new InterruptedStarts(
            pending.Object, ChunkBench.Target(), _starter, RetryStrategy.Default, Options.Create(new ReprocessingOptions()), new MeterReader().Metrics, TimeProvider.System, NullLogger<InterruptedStarts>.Instance)
            .FinishAsync("run", _engine.Client, default);
    }
}
