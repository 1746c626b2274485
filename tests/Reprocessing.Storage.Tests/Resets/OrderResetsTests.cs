using Reprocessing.Domain.Resets;
using Reprocessing.Storage.Tests.DeadLetters;

namespace Reprocessing.Storage.Tests.Resets;

[Collection(AzuriteTests.Name)]
public sealed class OrderResetsTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_open_dead_letter_is_resolved_in_the_transaction_that_resets_its_order()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);

        var item = await ResetAsync(storage, "ORD-00000");

        Assert.Equal((ItemState.Succeeded, "order-fulfillment-ORD-00000-g1"), (item.Result.State, item.Start!.WorkflowId));
        var order = await storage.GetAsync("ORD-00000");
        Assert.Equal((OrderPhase.PendingRetry, 1, 0), (order.Phase, order.Generation, order.RetryCount));
        var entry = await storage.EntryAsync("ORD-00000");
        Assert.Equal((DeadLetterResolution.ManualRetry, "job-1"), (entry.Resolution, entry.ResolvedBy));
        var told = (await storage.TimelineAsync("ORD-00000"))[^1];
        Assert.Equal(
            (TimelineEventKind.Reset, "job-1", "ada", "LastWorkflowTask: the shelf is full again"), (told.Kind, told.RunId, told.Actor, told.Detail));
        Assert.Single(await storage.Starts.ReadAsync(ManualTime.Start.AddDays(1), None).ToListAsync());
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task The_same_job_again_changes_nothing_and_another_finds_the_workflow_superseded()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);
        var workflow = (await storage.GetAsync("ORD-00000")).WorkflowId!;
        var first = await ResetAsync(storage, "ORD-00000");

        var again = await ResetAsync(storage, "ORD-00000", workflow);
        var another = await ResetAsync(storage, "ORD-00000", workflow, "job-2");

        Assert.Equal(first.Result, again.Result);
        Assert.Equal(first.Start!.WorkflowId, again.Start!.WorkflowId);
        Assert.Equal((ItemState.Skipped, ItemReasons.Superseded), (another.Result.State, another.Result.Reason));
        Assert.Equal(1, (await storage.GetAsync("ORD-00000")).Generation);
    }

    [Fact]
    public async Task An_order_that_is_cancelled_or_leased_is_left_alone()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(2);
        await storage.Leases.AcquireAsync("job-9", ["ORD-00000"], ManualTime.Start.AddHours(1), _ => true, None);
        await storage.Orders.CancelAsync("ORD-00001", new("ada", "gone"), None);

        var leased = await ResetAsync(storage, "ORD-00000");
        var cancelled = await ResetAsync(storage, "ORD-00001");

        Assert.Equal((ItemReasons.Leased, ItemReasons.Cancelled), (leased.Result.Reason, cancelled.Result.Reason));
        Assert.Equal(OrderPhase.Failed, (await storage.GetAsync("ORD-00000")).Phase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_order_that_is_completed_ships_again_only_when_that_is_said(bool includeCompleted)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);
        await storage.RunAsync(TestStorage.Rule("run-1"));
        var workflow = (await storage.GetAsync("ORD-00000")).WorkflowId!;
        await storage.Orders.BeginExternalAsync("ORD-00000", workflow, RestartPoint.Beginning, None);
        await storage.Orders.CompleteAsync("ORD-00000", workflow, None);

        var item = Assert.Single(await new DeadLetterCommands(storage.Tables, storage.Time).HandleAsync(
            new ResetCommand(DeadLetterBench.JobAct("job-1"), new(ResetType.FirstWorkflowTask, IncludeCompleted: includeCompleted)), [new("ORD-00000", workflow)], None));

        var order = await storage.GetAsync("ORD-00000");
        Assert.Equal(
            includeCompleted
                ? (ItemState.Succeeded, null, OrderPhase.PendingRetry, 1)
                : (ItemState.Skipped, ItemReasons.Completed, OrderPhase.Completed, 0),
            (item.Result.State, item.Result.Reason, order.Phase, order.Generation));
        await Consistency.CheckAsync(storage);
    }

    [Theory]
    [InlineData((int)FaultMode.CrashBefore)]
    [InlineData((int)FaultMode.CrashAfter)]
    [InlineData((int)FaultMode.AnswerLost)]
    public async Task Whatever_call_the_process_dies_at_an_order_is_reset_once(int mode)
    {
        for (var (call, hasStruck) = (1, true); hasStruck; call++)
        {
            var storage = await TestStorage.CreateAsync(azurite);
            await storage.AddDeadAsync(1);
            var workflow = (await storage.GetAsync("ORD-00000")).WorkflowId!;
            storage.Faults.Spoil(call, (FaultMode)mode);
            await Record.ExceptionAsync(() => ResetAsync(storage, "ORD-00000", workflow));
            hasStruck = storage.Faults.HasStruck;
            storage.Faults.Reset();

            var item = await ResetAsync(storage, "ORD-00000", workflow);

            Assert.Equal((ItemState.Succeeded, 1), (item.Result.State, (await storage.GetAsync("ORD-00000")).Generation));
            await Consistency.CheckAsync(storage);
        }
    }

    private static async Task<CommandResult> ResetAsync(TestStorage storage, string orderId, string? workflowId = null, string jobId = "job-1") =>
        Assert.Single(await new DeadLetterCommands(storage.Tables, storage.Time).HandleAsync(
            new ResetCommand(DeadLetterBench.JobAct(jobId), new(ResetType.LastWorkflowTask)),
            [new(orderId, workflowId ?? (await storage.GetAsync(orderId)).WorkflowId!)],
            None));
}
