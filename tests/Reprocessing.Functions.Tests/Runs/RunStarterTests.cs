namespace Reprocessing.Functions.Tests.Runs;

public sealed class RunStarterTests
{
    private readonly FakeEngine _engine = new();
    private readonly FakeJobStore _jobs = ChunkBench.JobsOfOneRun();

    private RunStarter Starter => new(_jobs.Store, TimeProvider.System, NullLogger<RunStarter>.Instance);

    [Fact]
    public async Task The_batch_is_started_with_its_fixed_id()
    {
        Assert.Null(await StartAsync("a"));

        var (name, id, _) = Assert.Single(_engine.Started);
        Assert.Equal((nameof(ReprocessingBatchOrchestrator), "reprocessing-batch"), (name, id));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    public async Task A_batch_that_is_active_is_in_the_way(OrchestrationRuntimeStatus status)
    {
        _engine.Put(RunStarter.InstanceId, status, new ReprocessingBatchInput(null, RunTrigger.Timer, "other"));

        Assert.Equal(status, (await StartAsync("a"))?.RuntimeStatus);
        Assert.Empty(_engine.Started);
    }

    [Fact]
    public async Task A_run_whose_end_is_stored_makes_room_as_soon_as_its_orchestration_has_ended()
    {
        var input = new ReprocessingBatchInput(null, RunTrigger.Timer, "other");
        _engine.Put(RunStarter.InstanceId, OrchestrationRuntimeStatus.Running, input, RunStatus.Planning(ChunkBench.RunId, Backlog.Start));
        _jobs[ChunkBench.RunId] = _jobs[ChunkBench.RunId] with { State = JobState.Succeeded };

        var starting = StartAsync("a");
        Assert.False(starting.IsCompleted);
        _engine.Put(RunStarter.InstanceId, OrchestrationRuntimeStatus.Completed, input);

        Assert.Null(await starting);
        Assert.Single(_engine.Started);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task A_batch_that_has_ended_is_followed_by_the_next(OrchestrationRuntimeStatus status)
    {
        _engine.Put(RunStarter.InstanceId, status, new ReprocessingBatchInput(null, RunTrigger.Timer, "other"));

        Assert.Null(await StartAsync("a"));
        Assert.Single(_engine.Started);
    }

    [Fact]
    public async Task A_start_that_loses_the_race_finds_the_winner()
    {
        _engine.FailsWith = new InvalidOperationException("already exists");
        _engine.OnSchedule = () => _engine.Put(
            RunStarter.InstanceId, OrchestrationRuntimeStatus.Running, new ReprocessingBatchInput(null, RunTrigger.Http, "winner"));

        Assert.NotNull(await StartAsync("a"));
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_is_still_this_callers()
    {
        _engine.LosesAnswers = true;

        Assert.Null(await StartAsync("a"));
    }

    [Fact]
    public async Task A_start_that_failed_for_another_reason_is_not_taken_for_a_run()
    {
        _engine.FailsWith = new TimeoutException("no engine");

        await Assert.ThrowsAsync<TimeoutException>(() => StartAsync("a"));
    }

    private Task<OrchestrationMetadata?> StartAsync(string requestId) =>
        Starter.StartAsync(_engine.Client, new ReprocessingBatchInput(50, RunTrigger.Http, requestId), default);
}
