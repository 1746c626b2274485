using Reprocessing.Storage.Due;
using Reprocessing.Storage.Reprocessing;

namespace Reprocessing.Functions.Tests.Runs;

/// <summary>A chunk is decided once, whatever dies in between.</summary>
public sealed class ReprocessOrdersTests
{
    private readonly FakeEngine _engine = new();
    private readonly FakeJobStore _jobs = ChunkBench.JobsOfOneRun();
    private readonly Mock<IReprocessor> _reprocessor = new();

    public ReprocessOrdersTests()
    {
        _reprocessor.Setup(r => r.ProcessChunkAsync(It.IsAny<ReprocessingRule>(), It.IsAny<IReadOnlyList<DueOrder>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((ReprocessingRule _, IReadOnlyList<DueOrder> orders, CancellationToken _) => [.. orders.Select(Restarted)]);
        _reprocessor.Setup(r => r.RecallChunkAsync(It.IsAny<ReprocessingRule>(), It.IsAny<IReadOnlyList<string>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((ReprocessingRule _, IReadOnlyList<string> orderIds, CancellationToken _) => [.. orderIds.Select(id => Restarted(new(id, 0)))]);
    }

    [Fact]
    public async Task A_chunk_that_is_called_again_is_not_decided_again_and_its_starts_are_made()
    {
        _engine.FailsWith = new TimeoutException("no engine");
        var first = await RunAsync(ChunkBench.Input("A", "B"));
        _engine.FailsWith = null;

        var second = await RunAsync(ChunkBench.Input("A", "B"));

        Assert.Equal((first.Tally, 2), (second.Tally, second.Tally?.Started));
        Assert.Equal(["order-fulfillment-A-retry-1", "order-fulfillment-B-retry-1"], _engine.Started.Select(start => start.Id).Order());
        Verify(Times.Once());
    }

    [Fact]
    public async Task A_chunk_whose_starts_come_later_completes_the_run_and_another_call_starts_what_it_has_restarted()
    {
        var last = new LastSlice(1, new ReprocessingResult(Backlog.Start, FoundCount: 2).Stop(StopReason.Drained));
        var decided = await RunAsync(ChunkBench.Input("A", "B") with { Last = last, StartsLater = true });
        var again = await RunAsync(ChunkBench.Input("A", "B") with { Last = last, StartsLater = true });
        Assert.Empty(_engine.Started);

        await RunAsync(ChunkBench.Input() with { Chunk = ChunkBench.Input("A").Chunk });

        Assert.Equal((2, 2), (decided.Completed?.RestartedCount, again.Completed?.RestartedCount));
        Assert.Equal(["order-fulfillment-A-retry-1", "order-fulfillment-B-retry-1"], _engine.Started.Select(start => start.Id).Order());
        Verify(Times.Once());
    }

    [Theory]
    [InlineData(DesiredState.Pause)]
    [InlineData(DesiredState.Cancel)]
    public async Task A_chunk_of_a_run_that_is_paused_or_cancelled_is_not_begun(DesiredState demand)
    {
        _jobs[ChunkBench.RunId] = _jobs[ChunkBench.RunId] with { Control = new(2, demand, new()) };

        var answer = await RunAsync(ChunkBench.Input("A"));

        Assert.Equal((null, demand), (answer.Tally, answer.Control.Demand));
        Assert.Empty(_jobs.Chunks);
        Verify(Times.Never());
    }

    [Fact]
    public async Task A_child_that_is_left_of_a_run_that_has_ended_is_told_to_stop()
    {
        _jobs[ChunkBench.RunId] = _jobs[ChunkBench.RunId] with { State = JobState.Failed };

        Assert.Equal((null, DesiredState.Cancel), await RunAsync(ChunkBench.Input("A")) is var answer ? (answer.Tally, answer.Control.Demand) : default);

        Verify(Times.Never());
    }

    [Fact]
    public async Task What_calls_that_failed_have_done_is_recorded_even_if_the_run_is_cancelled_and_nothing_more_is_done()
    {
        _jobs[ChunkBench.RunId] = _jobs[ChunkBench.RunId] with { Control = new(2, DesiredState.Cancel, new()) };

        var answer = await RunAsync(ChunkBench.Input("A") with { OnlyRecord = true });

        Assert.Equal(new ItemTally(Found: 1, Started: 1), answer.Tally);
        Assert.Single(_engine.Started);
        Verify(Times.Never());
    }

    [Fact]
    public async Task The_chunk_that_is_stored_last_completes_the_run_before_it_starts_its_workflows()
    {
        var last = new LastSlice(2, new ReprocessingResult(Backlog.Start, FoundCount: 3).Stop(StopReason.Drained));
        JobState? stateAtStart = null;
        var first = await RunAsync(ChunkBench.Input("A", "B") with { Last = last });
        _engine.OnSchedule = () => stateAtStart = _jobs[ChunkBench.RunId].State;

        var second = await RunAsync(ChunkBench.Input("C") with { Last = last, Chunk = new(1, 0, 1) });

        Assert.Null(first.Completed);
        Assert.Equal((3, StopReason.Drained), (second.Completed?.RestartedCount, second.Completed?.StopReason));
        Assert.Equal(JobState.Succeeded, stateAtStart);
    }

    [Fact]
    public async Task The_last_chunk_does_not_complete_a_run_of_which_an_earlier_one_is_missing()
    {
        var last = new LastSlice(1, new ReprocessingResult(Backlog.Start, FoundCount: 3).Stop(StopReason.Drained));

        Assert.Null((await RunAsync(ChunkBench.Input("A", "B") with { Last = last })).Completed);

        Assert.Equal(JobState.Running, _jobs[ChunkBench.RunId].State);
    }

    [Fact]
    public async Task A_chunk_that_dies_after_it_has_completed_the_run_still_starts_its_workflows_when_it_is_called_again()
    {
        var last = new LastSlice(1, new ReprocessingResult(Backlog.Start, FoundCount: 1).Stop(StopReason.Drained));
        _engine.FailsWith = new TimeoutException("no engine");
        await RunAsync(ChunkBench.Input("A") with { Last = last });
        _engine.FailsWith = null;

        var again = await RunAsync(ChunkBench.Input("A") with { Last = last });

        Assert.Equal(1, again.Completed?.RestartedCount);
        Assert.Single(_engine.Started);
    }

    private static OrderOutcome Restarted(DueOrder order) =>
        new OrderOutcome.Restarted(order.OrderId, $"order-fulfillment-{order.OrderId}-retry-1", ChunkBench.Start(order.OrderId));

    private Task<ReprocessOrdersResult> RunAsync(ReprocessOrdersInput input) =>
        ChunkBench.Activity(_jobs, _reprocessor.Object, ChunkBench.Starter()).RunAsync(input, _engine.Client, default);

    private void Verify(Times decided) => _reprocessor.Verify(
        r => r.ProcessChunkAsync(It.IsAny<ReprocessingRule>(), It.IsAny<IReadOnlyList<DueOrder>>(), It.IsAny<CancellationToken>()), decided);
}
