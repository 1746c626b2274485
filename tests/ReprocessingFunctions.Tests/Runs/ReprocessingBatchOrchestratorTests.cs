namespace ReprocessingFunctions.Tests.Runs;

public sealed class ReprocessingBatchOrchestratorTests
{
    private const string RunId = "run-20260301-120000-000";

    private readonly List<(string? Id, SliceInput Input)> _children = [];
    private readonly List<RecordRunResultInput> _recorded = [];
    private readonly OrchestrationHarness _harness;
    private PlanRunInput? _planned;

    private Func<ReprocessingResult, ReprocessingResult> Recount { get; set; } = result => result;

    public ReprocessingBatchOrchestratorTests() =>
        _harness = new OrchestrationHarness(new ReprocessingBatchInput(200, RunTrigger.Timer))
            .WithInput<ReprocessingBatchInput>()
            .Activity<PlanRunInput, SliceInput>(nameof(PlanRun), input =>
            {
                _planned = input;
                return Backlog.Plan(200);
            })
            .Activity<FinishInterruptedStartsInput, int>(nameof(FinishInterruptedStarts), _ => 0)
            .Activity<ReadSliceProgressInput, SliceProgress>(nameof(ReadSliceProgress), _ => SliceProgress.None)
            .Activity<EndJobInput, ReprocessingResult>(nameof(EndJob), input => Recount(input.Result))
            .Activity<RecordRunResultInput, bool>(nameof(RecordRunResult), input =>
            {
                _recorded.Add(input);
                return true;
            });

    [Fact]
    public async Task The_parent_returns_and_records_the_accumulated_result_of_its_child()
    {
        var result = new ReprocessingResult(Backlog.Start, FoundCount: 200, RestartedCount: 200).Complete(Backlog.Start, StopReason.CapReached);
        WithChild((_, _) => result);

        Assert.Equal(result, await ReprocessingBatchOrchestrator.RunAsync(_harness.Context));

        Assert.Equal(result, Assert.Single(_recorded).Result);
        Assert.Null(_recorded[0].Error);
        Assert.Equal(new PlanRunInput(RunId, Backlog.Start, 200, RunTrigger.Timer), _planned);
        Assert.Equal("reprocessing-run-20260301-120000-000", Assert.Single(_children).Id);
        Assert.Equal(RunPhase.Completed, Assert.IsType<RunStatus>(_harness.Statuses[^1]).Phase);
    }

    [Fact]
    public async Task Interrupted_starts_are_finished_before_the_run_does_anything_of_its_own()
    {
        WithChild((_, _) => new ReprocessingResult(Backlog.Start));

        await ReprocessingBatchOrchestrator.RunAsync(_harness.Context);

        Assert.Equal(
            [nameof(PlanRun), nameof(FinishInterruptedStarts), nameof(SliceOrchestrator), nameof(EndJob), nameof(RecordRunResult)],
            _harness.Calls.Select(call => call.Name));
    }

    [Fact]
    public async Task Interrupted_starts_that_cannot_be_finished_do_not_stop_the_run()
    {
        WithChild((_, _) => new ReprocessingResult(Backlog.Start));
        _harness.Activity<FinishInterruptedStartsInput, int>(
            nameof(FinishInterruptedStarts), _ => throw OrchestrationHarness.Failure("x", "no storage"));

        await ReprocessingBatchOrchestrator.RunAsync(_harness.Context);

        Assert.Null(Assert.Single(_recorded).Error);
    }

    [Fact]
    public async Task A_child_that_fails_once_goes_on_in_a_second_one_from_where_it_was()
    {
        var partial = new ReprocessingResult(Backlog.Start, FoundCount: 50, RestartedCount: 50) { ContinuationCount = 3 };
        var whole = partial with { FoundCount = 80, RestartedCount = 80 };
        _harness.Activity<ReadSliceProgressInput, SliceProgress>(nameof(ReadSliceProgress), _ => SliceProgress.None with { Result = partial });
        WithChild((input, id) => id!.EndsWith("-attempt-2", StringComparison.Ordinal) ? whole : throw Failure());

        Assert.Equal(whole, await ReprocessingBatchOrchestrator.RunAsync(_harness.Context));

        Assert.Equal(new ReprocessingResult(Backlog.Start), _children[0].Input.AccumulatedResult);
        Assert.Equal(partial, _children[1].Input.AccumulatedResult);
        Assert.Equal(3, _children[1].Input.ContinuationCount);
        Assert.Equal("reprocessing-run-20260301-120000-000-attempt-2", _children[1].Id);
    }

    [Fact]
    public async Task A_child_that_fails_twice_fails_the_run_with_its_partial_result_recorded()
    {
        var partial = new ReprocessingResult(Backlog.Start, FoundCount: 50, RestartedCount: 49, ErrorCount: 1);
        _harness.Activity<ReadSliceProgressInput, SliceProgress>(nameof(ReadSliceProgress), _ => SliceProgress.None with { Result = partial });
        WithChild((_, _) => throw Failure());

        var thrown = await Assert.ThrowsAsync<RunFailedException>(() => ReprocessingBatchOrchestrator.RunAsync(_harness.Context));

        Assert.Contains("the query failed", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(2, _children.Count);
        var recorded = Assert.Single(_recorded);
        Assert.Equal("the query failed", recorded.Error);
        Assert.Equal(50, recorded.Result.FoundCount);
        Assert.Equal(StopReason.Failed, recorded.Result.StopReason);
        var status = Assert.IsType<RunStatus>(_harness.Statuses[^1]);
        Assert.Equal(RunPhase.Failed, status.Phase);
        Assert.Equal(50, status.Result.FoundCount);
        Assert.Equal("the query failed", status.Error);
    }

    [Fact]
    public async Task What_is_recorded_is_what_the_stored_items_say()
    {
        var counted = new ReprocessingResult(Backlog.Start, FoundCount: 200, ErrorCount: 100, RestartedCount: 100);
        Recount = result => result with { ErrorCount = 0, RestartedCount = 200 };
        WithChild((_, _) => counted);

        var result = await ReprocessingBatchOrchestrator.RunAsync(_harness.Context);

        Assert.Equal((200, 0), (result.RestartedCount, result.ErrorCount));
        Assert.Equal(result, Assert.Single(_recorded).Result);
    }

    [Fact]
    public async Task A_start_without_an_input_is_a_run_of_the_default_size()
    {
        _harness.Input = null;
        WithChild((_, _) => new ReprocessingResult(Backlog.Start));

        await ReprocessingBatchOrchestrator.RunAsync(_harness.Context);

        Assert.Null(_planned?.MaxOrders);
    }

    private static TaskFailedException Failure() => OrchestrationHarness.Failure(nameof(SliceOrchestrator), "the query failed");

    private void WithChild(Func<SliceInput, string?, ReprocessingResult> child) =>
        _harness.Child<SliceInput, ReprocessingResult>(nameof(SliceOrchestrator), (input, id) =>
        {
            _children.Add((id, input));
            return child(input, id);
        });
}
