namespace Reprocessing.Functions.Tests.Runs;

public sealed class ReprocessingBatchOrchestratorTests
{
    private const string RunId = "run-20260301-120000-000";

    private readonly List<(string? Id, ReprocessingInput Input)> _children = [];
    private readonly List<CompleteRunInput> _completed = [];
    private readonly OrchestrationHarness _harness;
    private BeginRunInput? _begun;

    private RunProgress Progress { get; set; } = new(ItemTally.Zero, null, 0);

    public ReprocessingBatchOrchestratorTests() =>
        _harness = new OrchestrationHarness(new ReprocessingBatchInput(200, RunTrigger.Timer))
            .WithInput<ReprocessingBatchInput>()
            .Activity<BeginRunInput, ReprocessingInput>(nameof(BeginRun), input =>
            {
                _begun = input;
                return Backlog.Plan(200);
            })
            .Activity<ReadRunProgressInput, RunProgress>(nameof(ReadRunProgress), _ => Progress)
            .Activity<CompleteRunInput, ReprocessingResult>(nameof(RunCompletion.CompleteRun), input =>
            {
                _completed.Add(input);
                return input.Result with { CompletedAt = Backlog.Start.AddMinutes(1) };
            });

    [Fact]
    public async Task The_parent_returns_the_result_that_the_last_chunk_has_stored_and_calls_nothing_more()
    {
        var result = new ReprocessingResult(Backlog.Start, FoundCount: 200, RestartedCount: 200).Complete(Backlog.Start, StopReason.CapReached);
        WithChild((_, _) => result);

        Assert.Equal(result, await ReprocessingBatchOrchestrator.RunAsync(_harness.Context));

        Assert.Equal([nameof(BeginRun), nameof(ReprocessingOrchestrator)], _harness.Calls.Select(call => call.Name));
        Assert.Equal(new BeginRunInput(RunId, Backlog.Start, 200, RunTrigger.Timer), _begun);
        Assert.Equal("reprocessing-run-20260301-120000-000", Assert.Single(_children).Id);
        Assert.Equal(JobPhase.Completed, Assert.IsType<RunStatus>(_harness.Statuses[^1]).Phase);
    }

    [Fact]
    public async Task A_run_that_no_chunk_has_completed_is_completed_by_the_parent()
    {
        var partial = new ReprocessingResult(Backlog.Start, FoundCount: 5, RestartedCount: 5).Stop(StopReason.Deadline);
        WithChild((_, _) => partial);

        var result = await ReprocessingBatchOrchestrator.RunAsync(_harness.Context);

        Assert.Equal((true, Backlog.Start.AddMinutes(1)), (result.TimedOut, result.CompletedAt));
        Assert.Equal((partial, null), (Assert.Single(_completed).Result, _completed[0].Error));
    }

    [Fact]
    public async Task A_child_that_fails_once_is_followed_by_one_that_goes_on_from_what_is_stored()
    {
        Progress = new(new(Found: 50, Succeeded: 50), new(1, 3, 0), 1);
        var whole = new ReprocessingResult(Backlog.Start, FoundCount: 80, RestartedCount: 80).Complete(Backlog.Start, StopReason.Drained);
        WithChild((_, id) => id!.EndsWith("-attempt-2", StringComparison.Ordinal) ? whole : throw Failure());

        Assert.Equal(whole, await ReprocessingBatchOrchestrator.RunAsync(_harness.Context));

        Assert.Equal(new ReprocessingResult(Backlog.Start), _children[0].Input.AccumulatedResult);
        Assert.Equal((50, 50), (_children[1].Input.AccumulatedResult.FoundCount, _children[1].Input.AccumulatedResult.RestartedCount));
        Assert.Equal((2, 3), (_children[1].Input.Attempt, _children[1].Input.ContinuationCount));
        Assert.Equal("reprocessing-run-20260301-120000-000-attempt-2", _children[1].Id);
    }

    [Fact]
    public async Task A_child_that_fails_twice_fails_the_run_with_its_partial_result_stored()
    {
        Progress = new(new(Found: 50, Succeeded: 49, Failed: 1), new(1, 0, 0), 1);
        WithChild((_, _) => throw Failure());

        var thrown = await Assert.ThrowsAsync<RunFailedException>(() => ReprocessingBatchOrchestrator.RunAsync(_harness.Context));

        Assert.Contains("the query failed", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(2, _children.Count);
        var stored = Assert.Single(_completed);
        Assert.Equal(("the query failed", 50, StopReason.Failed), (stored.Error, stored.Result.FoundCount, stored.Result.StopReason));
        var status = Assert.IsType<RunStatus>(_harness.Statuses[^1]);
        Assert.Equal((JobPhase.Failed, 50, "the query failed"), (status.Phase, status.Result.FoundCount, status.Error));
    }

    [Fact]
    public async Task A_start_without_an_input_is_a_run_of_the_default_size()
    {
        _harness.Input = null;
        WithChild((_, _) => new ReprocessingResult(Backlog.Start).Stop(StopReason.Drained));

        await ReprocessingBatchOrchestrator.RunAsync(_harness.Context);

        Assert.Null(_begun?.MaxOrders);
    }

    private static TaskFailedException Failure() => OrchestrationHarness.Failure(nameof(ReprocessingOrchestrator), "the query failed");

    private void WithChild(Func<ReprocessingInput, string?, ReprocessingResult> child) =>
        _harness.Child<ReprocessingInput, ReprocessingResult>(nameof(ReprocessingOrchestrator), (input, id) =>
        {
            _children.Add((id, input));
            return child(input, id);
        });
}
