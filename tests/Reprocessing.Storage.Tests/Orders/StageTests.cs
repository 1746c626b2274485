namespace Reprocessing.Storage.Tests.Orders;

/// <summary>An order's workflow from its first stage to its last: one read, and one transaction a stage.</summary>
[Collection(AzuriteTests.Name)]
public sealed class StageTests(AzuriteFixture azurite)
{
    private const string Id = "ORD-1";
    private const string Workflow = "order-fulfillment-ORD-1";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_workflow_costs_one_read_and_one_transaction_a_stage_and_the_last_one_completes_the_order()
    {
        var storage = await CreatedAsync();
        storage.Faults.Reset();

        foreach (var stage in Stages.All)
        {
            Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.FinishStageAsync(await HeldAsync(storage, stage), None));
        }

        Assert.Equal(1 + Stages.All.Count, storage.Faults.Calls);
        Assert.Equal("completed", (await storage.GetAsync(Id)).Status);
        Assert.Equal(
            [
                TimelineEventKind.Created, TimelineEventKind.Started, .. Enumerable.Repeat(TimelineEventKind.StageCompleted, 5), TimelineEventKind.Completed,
            ],
            (await storage.TimelineAsync(Id)).Select(told => told.Kind));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_restarted_workflow_reads_nothing_and_a_chunk_that_is_called_again_neither()
    {
        var storage = await CreatedAsync();
        await storage.Orders.RecordFailureAsync(TestStorage.Report(Id, Workflow, failedAt: storage.Time.Now), RetryStrategy.Immediate, None);
        await storage.RunAsync(TestStorage.Rule());
        var next = (await storage.GetAsync(Id)).WorkflowId!;
        storage.Faults.Reset();

        var again = await storage.Reprocessor.RecallChunkAsync(TestStorage.Rule(), [Id], None);
        foreach (var stage in Stages.All)
        {
            var claim = Assert.IsType<StageClaim.Held>(await storage.Orders.ClaimStageAsync(Work(stage) with { WorkflowId = next }, None));
            await storage.Orders.FinishStageAsync(claim, None);
        }

        Assert.Equal(next, Assert.IsType<OrderOutcome.Restarted>(Assert.Single(again)).Start!.WorkflowId);
        Assert.Equal(Stages.All.Count, storage.Faults.Calls);
        Assert.Equal("completed", (await storage.GetAsync(Id)).Status);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_chunk_that_is_called_again_makes_what_is_remembered_no_younger()
    {
        var storage = await CreatedAsync();
        await storage.Orders.RecordFailureAsync(TestStorage.Report(Id, Workflow, failedAt: storage.Time.Now), RetryStrategy.Immediate, None);
        await storage.RunAsync(TestStorage.Rule());
        var next = (await storage.GetAsync(Id)).WorkflowId!;
        storage.Time.Advance(TimeSpan.FromMinutes(4));
        await storage.Reprocessor.RecallChunkAsync(TestStorage.Rule(), [Id], None);
        storage.Time.Advance(TimeSpan.FromMinutes(1));
        storage.Faults.Reset();

        Assert.IsType<StageClaim.Held>(await storage.Orders.ClaimStageAsync(Work(Stage.Validate) with { WorkflowId = next }, None));

        Assert.Equal(1, storage.Faults.Calls);
    }

    [Fact]
    public async Task A_stage_that_begins_long_after_the_one_before_it_reads_its_order_again()
    {
        var storage = await CreatedAsync();
        await storage.Orders.FinishStageAsync(await HeldAsync(storage, Stage.Validate), None);
        await new OrderStore(storage.Tables, new(storage.Time), storage.Time).CancelAsync(Id, new("tester", "asked"), None);
        storage.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.IsType<StageClaim.Lost>(await storage.Orders.ClaimStageAsync(Work(Stage.Plan), None));
    }

    [Fact]
    public async Task A_stage_whose_order_another_process_has_taken_a_moment_ago_stores_nothing()
    {
        var storage = await CreatedAsync();
        await storage.Orders.FinishStageAsync(await HeldAsync(storage, Stage.Validate), None);
        await new OrderStore(storage.Tables, new(storage.Time), storage.Time).CancelAsync(Id, new("tester", "asked"), None);
        var stored = await storage.DumpAsync();

        var claim = await HeldAsync(storage, Stage.Plan);

        Assert.IsType<ChangeOutcome.Refused>(await storage.Orders.FinishStageAsync(claim, None));
        Assert.Equal(stored, await storage.DumpAsync());
    }

    [Fact]
    public async Task A_stage_of_a_workflow_that_has_got_the_order_since_reads_it()
    {
        var storage = await CreatedAsync();
        await storage.Orders.FinishStageAsync(await HeldAsync(storage, Stage.Validate), None);
        var other = new OrderStore(storage.Tables, new(storage.Time), storage.Time);
        await other.RecordFailureAsync(TestStorage.Report(Id, Workflow, failedAt: storage.Time.Now), RetryStrategy.Immediate, None);
        await storage.RunAsync(TestStorage.Rule());
        var next = (await storage.GetAsync(Id)).WorkflowId!;
        Assert.NotEqual(Workflow, next);

        Assert.IsType<StageClaim.Held>(await storage.Orders.ClaimStageAsync(Work(Stage.Validate) with { WorkflowId = next }, None));
    }

    [Fact]
    public async Task A_stage_whose_order_this_process_has_cancelled_is_lost_at_once()
    {
        var storage = await CreatedAsync();
        await storage.Orders.FinishStageAsync(await HeldAsync(storage, Stage.Validate), None);
        await storage.Orders.CancelAsync(Id, new("tester", "asked"), None);

        Assert.IsType<StageClaim.Lost>(await storage.Orders.ClaimStageAsync(Work(Stage.Plan), None));
    }

    [Fact]
    public async Task A_call_whose_answer_was_lost_finds_what_it_has_stored()
    {
        var storage = await CreatedAsync();
        foreach (var stage in Stages.All)
        {
            await storage.Orders.FinishStageAsync(await HeldAsync(storage, stage), None);
            var stored = await storage.DumpAsync();

            Assert.IsType<StageClaim.Finished>(await storage.Orders.ClaimStageAsync(Work(stage), None));
            Assert.Equal(stored, await storage.DumpAsync());
        }
    }

    [Fact]
    public async Task A_failure_of_the_first_stage_begins_and_ends_the_attempt_and_is_stored_once()
    {
        var storage = await CreatedAsync();
        var claim = await HeldAsync(storage, Stage.Validate);
        var report = TestStorage.Report(Id, Workflow, status: "pick_timeout", failedAt: storage.Time.Now);

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.FailStageAsync(claim, report, RetryStrategy.Immediate, None));
        var stored = await storage.DumpAsync();
        Assert.IsType<ChangeOutcome.Unchanged>(await storage.Orders.FailStageAsync(claim, report, RetryStrategy.Immediate, None));

        Assert.Equal(stored, await storage.DumpAsync());
        var again = Assert.IsType<StageClaim.Failed>(await storage.Orders.ClaimStageAsync(Work(Stage.Validate), None));
        Assert.Equal("pick_timeout", again.Failure.Status);
        Assert.NotNull(Assert.Single((await storage.GetAsync(Id)).Attempts).BegunAt);
        Assert.Single((await storage.QueryAsync()).Chunks);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_cancelled_order_is_lost_before_the_work_and_after_it()
    {
        var storage = await CreatedAsync();
        var claim = await HeldAsync(storage, Stage.Validate);
        await storage.Orders.CancelAsync(Id, new("tester", "The customer changed their mind."), None);

        Assert.Equal(Refusal.Ended, Assert.IsType<ChangeOutcome.Refused>(await storage.Orders.FinishStageAsync(claim, None)).Reason);
        Assert.IsType<StageClaim.Lost>(await storage.Orders.ClaimStageAsync(Work(Stage.Validate), None));
        Assert.Equal("cancelled", (await storage.GetAsync(Id)).Status);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_change_that_came_between_is_kept_and_the_stage_is_stored_after_it()
    {
        var storage = await CreatedAsync();
        var claim = await HeldAsync(storage, Stage.Validate);
        await storage.NoteAsync(Id, "Call the customer first.");

        Assert.IsType<ChangeOutcome.Changed>(await storage.Orders.FinishStageAsync(claim, None));

        Assert.Equal(Stage.Validate, (await storage.GetAsync(Id)).Checkpoint);
        Assert.Contains(await storage.TimelineAsync(Id), told => told.Kind == TimelineEventKind.Note);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_restart_goes_on_at_the_failed_stage_or_begins_anew()
    {
        var storage = await CreatedAsync();
        await storage.Orders.FinishStageAsync(await HeldAsync(storage, Stage.Validate), None);
        await storage.Orders.FailStageAsync(
            await HeldAsync(storage, Stage.Plan), TestStorage.Report(Id, Workflow, failedAt: storage.Time.Now), RetryStrategy.Immediate, None);
        await storage.RunAsync(TestStorage.Rule());
        var restarted = (await storage.GetAsync(Id)).WorkflowId!;

        var resumed = await storage.Orders.ClaimStageAsync(new(Id, restarted, Stage.Validate, RestartPoint.FailedStage), None);
        Assert.True(Assert.IsType<StageClaim.Held>(resumed).IsDone);
        var anew = await storage.Orders.ClaimStageAsync(new(Id, restarted, Stage.Validate, RestartPoint.Beginning), None);
        Assert.False(Assert.IsType<StageClaim.Held>(anew).IsDone);
        Assert.IsType<StageClaim.Failed>(await storage.Orders.ClaimStageAsync(Work(Stage.Plan), None));
    }

    private static StageWork Work(Stage stage) => new(Id, Workflow, stage, RestartPoint.Beginning);

    private static async Task<StageClaim.Held> HeldAsync(TestStorage storage, Stage stage) =>
        Assert.IsType<StageClaim.Held>(await storage.Orders.ClaimStageAsync(Work(stage), None));

    private async Task<TestStorage> CreatedAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Orders.CreateAsync(new(TestStorage.Input(Id)), None);
        return storage;
    }
}
