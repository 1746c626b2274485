namespace Reprocessing.Functions.Tests.Workflows;

public sealed class WorkflowTrackingTests
{
    private readonly MemoryIndex _index = new();
    private readonly FakeEngine _engine = new();

    [Fact]
    public async Task A_started_workflow_is_known_with_its_input_and_customer()
    {
        Assert.True(await StartAsync(new { sum = 1 }));

        var record = _index.Records["loyalty-C"];
        Assert.Equal((WorkflowStatus.Pending, "LoyaltyProgram", "C", """{"sum":1}"""), (record.Status, record.Type, record.CustomerId, record.OriginalInput));
        Assert.Equal(("Loyalty", "loyalty-C"), (_engine.Started.Single().Name, _engine.Started.Single().Id));
    }

    [Fact]
    public async Task An_instance_that_is_there_is_left_as_it_is()
    {
        _engine.Put("loyalty-C", OrchestrationRuntimeStatus.Terminated);

        Assert.False(await StartAsync(new { }));

        Assert.Empty(_index.Records);
        Assert.Empty(_engine.Started);
    }

    [Fact]
    public async Task Whoever_comes_second_in_a_race_is_told_so()
    {
        _engine.OnSchedule = () => _engine.Put("loyalty-C", OrchestrationRuntimeStatus.Running);

        Assert.False(await StartAsync(new { }));
    }

    [Fact]
    public async Task A_start_that_fails_is_told()
    {
        _engine.FailsWith = new InvalidOperationException("full");

        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(new { }));
    }

    [Fact]
    public async Task A_long_input_is_not_kept()
    {
        await StartAsync(new { text = new string('x', WorkflowRecord.MaxInputBytes) });

        Assert.Null(_index.Records["loyalty-C"].OriginalInput);
    }

    [Fact]
    public async Task A_workflow_tells_of_its_generations_and_its_end_and_keeps_what_was_known()
    {
        var start = Backlog.Start;
        _index.Records["loyalty-C"] = new("loyalty-C", "LoyaltyProgram", WorkflowStatus.Pending, start) { CustomerId = "C", OriginalInput = "{}", Version = 1 };
        var activity = new RecordWorkflow(_index);

        await activity.RunAsync(new("loyalty-C", "LoyaltyProgram", WorkflowStatus.Running, start.AddMinutes(1), 2), default);
        var running = _index.Records["loyalty-C"];
        await activity.RunAsync(new("loyalty-C", "LoyaltyProgram", WorkflowStatus.Completed, start.AddMinutes(2), 2), default);
        var ended = _index.Records["loyalty-C"];
        await activity.RunAsync(new("loyalty-C", "LoyaltyProgram", WorkflowStatus.Running, start.AddMinutes(1), 2), default);

        Assert.Equal((WorkflowStatus.Running, 2, start, "C", "{}"), (running.Status, running.Continuations, running.StartTime, running.CustomerId, running.OriginalInput));
        Assert.Null(running.CloseTime);
        Assert.Equal((WorkflowStatus.Completed, start.AddMinutes(2)), (ended.Status, ended.CloseTime));
        Assert.Equal(ended, _index.Records["loyalty-C"]);
    }

    [Fact]
    public async Task An_orchestration_records_itself_under_its_id_and_the_engines_time()
    {
        var harness = new OrchestrationHarness(null).Activity<RecordWorkflowInput, bool>(nameof(RecordWorkflow), _ => true);

        await harness.Context.RecordRunningAsync(new("LoyaltyProgram", 3, "C"));
        await harness.Context.RecordEndedAsync(new("LoyaltyProgram", 3, "C"));

        Assert.Equal(
            [
                new RecordWorkflowInput("instance", "LoyaltyProgram", WorkflowStatus.Running, Backlog.Start, 3, "C"),
                new RecordWorkflowInput("instance", "LoyaltyProgram", WorkflowStatus.Completed, Backlog.Start, 3, "C"),
            ],
            harness.Calls.Select(call => call.Input));
        Assert.Equal(0, harness.OpenGuards);
    }

    [Fact]
    public async Task An_index_that_does_not_answer_stops_no_orchestration()
    {
        var harness = new OrchestrationHarness(null).ActivityAsync<RecordWorkflowInput, bool>(
            nameof(RecordWorkflow), _ => throw OrchestrationHarness.Failure(nameof(RecordWorkflow), "storage"));

        await harness.Context.RecordRunningAsync(new("LoyaltyProgram"));

        Assert.Equal(3, harness.Calls.Count);
    }

    private Task<bool> StartAsync(object input) => new WorkflowStarter(_index, TimeProvider.System)
        .StartAsync(_engine.Client, new("Loyalty", "LoyaltyProgram", "loyalty-C", input, "C"), default);
}
