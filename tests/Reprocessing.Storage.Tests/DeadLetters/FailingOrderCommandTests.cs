using static Reprocessing.Storage.Tests.DeadLetters.DeadLetterBench;

namespace Reprocessing.Storage.Tests.DeadLetters;

/// <summary>What jobs do with orders that failed and are no dead letters.</summary>
[Collection(AzuriteTests.Name)]
public sealed class FailingOrderCommandTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_restart_takes_one_retry_more_in_the_same_generation_and_repeated_changes_nothing()
    {
        var (storage, items) = await SeedAsync();
        await storage.Leases.AcquireAsync("job-1", [items[0].Id], ManualTime.Start.AddMinutes(5), order => order.Phase == OrderPhase.Failed, None);

        var first = Assert.Single(await RestartAsync(storage, [items[0]]));
        var again = Assert.Single(await RestartAsync(storage, [items[0]]));

        Assert.Equal((ItemState.Succeeded, "order-fulfillment-ORD-00000-retry-1"), (first.Result.State, first.Start!.WorkflowId));
        Assert.Equal(first.Start, again.Start! with { Input = first.Start.Input });
        var order = await storage.GetAsync(items[0].Id);
        Assert.Equal((OrderPhase.PendingRetry, 1, 0, null), (order.Phase, order.RetryCount, order.Generation, order.Lease));
        Assert.Equal(("job-1", 1), (order.Attempts[^1].RunId, order.Attempts[^1].JobAttempt));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task What_changed_since_the_plan_is_left_alone_and_let_go_of()
    {
        var (storage, items) = await SeedAsync();
        await storage.RunAsync(TestStorage.Rule("run-1") with { MaxRetries = 5 });
        await storage.NoteAsync(items[1].Id, "looked at");

        foreach (var command in (DeadLetterCommand[])[new RequeueCommand(Job) { IsOfFailing = true }, new MoveCommand(Job), new CancelCommand(Job)])
        {
            var done = await storage.Commands.HandleAsync(command, items, None);
            Assert.All(done, item => Assert.Equal((ItemState.Skipped, ItemReasons.ActiveWorkflow), (item.Result.State, item.Result.Reason)));
        }

        Assert.All(await Task.WhenAll(items.Select(item => storage.GetAsync(item.Id))), order => Assert.Equal((OrderPhase.PendingRetry, null), (order.Phase, order.Lease)));
    }

    [Fact]
    public async Task A_note_since_the_plan_is_a_change()
    {
        var (storage, items) = await SeedAsync();
        await storage.NoteAsync(items[0].Id, "looked at");

        Assert.Equal(
            [ItemReasons.ChangedSincePlan, null],
            (await RestartAsync(storage, items)).Select(item => item.Result.Reason));
    }

    [Fact]
    public async Task A_permanent_failure_is_restarted_only_when_forced()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var items = await FailingItemsAsync(storage, await storage.AddFailedAsync(1, status: "validation_failed"));

        Assert.Equal(ItemReasons.PermanentFailure, Assert.Single(await RestartAsync(storage, items)).Result.Reason);
        Assert.Equal(ItemState.Succeeded, Assert.Single(await RestartAsync(storage, items, force: true)).Result.State);
    }

    [Fact]
    public async Task An_order_that_fails_again_under_its_job_stays_with_the_runs_and_one_from_the_queue_goes_back_there()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var dead = await storage.ItemsAsync(await storage.AddDeadAsync(1, first: 10));
        var items = await FailingItemsAsync(storage, await storage.AddFailedAsync(1));
        await RestartAsync(storage, [items[0]], holdUntil: ManualTime.Start.AddMinutes(5));
        await storage.RequeueAsync(dead, holdUntil: ManualTime.Start.AddMinutes(5));
        await storage.FailAgainAsync(items[0].Id);
        await storage.FailAgainAsync(dead[0].Id);

        var left = await storage.Commands.HandleAsync(new AbandonCommand(Job), [items[0], dead[0]], None);

        Assert.All(left, item => Assert.Equal((ItemState.Failed, ItemReasons.RetriesExhausted), (item.Result.State, item.Result.Reason)));
        var (failing, back) = (await storage.GetAsync(items[0].Id), await storage.GetAsync(dead[0].Id));
        Assert.Equal((OrderPhase.Failed, null, 0), (failing.Phase, failing.Lease, failing.DeadLetterCount));
        Assert.Equal((OrderPhase.DeadLetter, null, 2), (back.Phase, back.Lease, back.DeadLetterCount));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Moved_and_cancelled_they_are_so_once_whoever_asks_again()
    {
        var (storage, items) = await SeedAsync();

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Equal(ItemState.Succeeded, Assert.Single(await storage.Commands.HandleAsync(new MoveCommand(Job), [items[0]], None)).Result.State);
            Assert.Equal(ItemState.Succeeded, Assert.Single(await storage.Commands.HandleAsync(new CancelCommand(Job), [items[1]], None)).Result.State);
        }

        var (moved, cancelled) = (await storage.GetAsync(items[0].Id), await storage.GetAsync(items[1].Id));
        Assert.Equal((OrderPhase.DeadLetter, 1), (moved.Phase, moved.DeadLetterCount));
        Assert.Equal(("ada", "the shelf is full again"), ((await storage.EntryAsync(moved.OrderId)).MovedBy, (await storage.TimelineAsync(moved.OrderId))[^1].Detail));
        Assert.Equal((OrderPhase.Cancelled, null, null), (cancelled.Phase, cancelled.DueAt, cancelled.Lease));
        Assert.Single(await storage.TimelineAsync(cancelled.OrderId), told => told.Kind == TimelineEventKind.Cancelled);
        await Consistency.CheckAsync(storage);
    }

    private static Task<IReadOnlyList<CommandResult>> RestartAsync(
        TestStorage storage, IReadOnlyList<ItemRef> items, bool force = false, DateTimeOffset? holdUntil = null) =>
        storage.Commands.HandleAsync(new RequeueCommand(Job, force) { IsOfFailing = true, HoldUntil = holdUntil }, items, None);

    private static async Task<List<ItemRef>> FailingItemsAsync(TestStorage storage, IReadOnlyList<string> ids)
    {
        List<ItemRef> items = [];
        foreach (var id in ids)
        {
            items.Add(new(id, (await storage.GetAsync(id)).Stamp));
        }

        return items;
    }

    private async Task<(TestStorage Storage, List<ItemRef> Items)> SeedAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        return (storage, await FailingItemsAsync(storage, await storage.AddFailedAsync(2)));
    }
}
