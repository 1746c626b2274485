using static Reprocessing.Storage.Tests.DeadLetters.DeadLetterBench;

namespace Reprocessing.Storage.Tests.DeadLetters;

[Collection(AzuriteTests.Name)]
public sealed class RequeueTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_dead_letter_is_started_anew_in_a_new_generation_and_leaves_the_queue()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        var fingerprint = (await storage.EntryAsync("ORD-00000")).Fingerprint;

        var item = Assert.Single(await storage.RequeueAsync(await storage.ItemsAsync(["ORD-00000"])));

        Assert.Equal((ItemState.Succeeded, fingerprint), (item.Result.State, item.Result.Fingerprint));
        Assert.Equal("order-fulfillment-ORD-00000-g1", item.Start!.WorkflowId);
        Assert.Equal(("ORD-00000", 0, 1, false), (item.Start.Input.OrderId, item.Start.Attempt, item.Start.Generation, item.Start.IsFirst));
        var order = await storage.GetAsync("ORD-00000");
        Assert.Equal((OrderPhase.PendingRetry, 1, 0, "seed-0"), (order.Phase, order.Generation, order.RetryCount, order.LastRun!.RunId));
        Assert.Equal(("job-1", 1), (order.Attempts[^1].RunId, order.Attempts[^1].JobAttempt));
        var entry = await storage.EntryAsync("ORD-00000");
        Assert.Equal((DeadLetterResolution.ManualRetry, "job-1", ManualTime.Start), (entry.Resolution, entry.ResolvedBy, entry.ResolvedAt));
        Assert.Empty((await storage.DeadLetters.ListAsync(new(), 5, null, None)).Items);
        var told = (await storage.TimelineAsync("ORD-00000"))[^1];
        Assert.Equal((TimelineEventKind.Requeued, "job-1", "ada", "the shelf is full again"), (told.Kind, told.RunId, told.Actor, told.Detail));
        Assert.Single(await storage.Starts.ReadAsync(ManualTime.Start.AddDays(1), None).ToListAsync());
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Modifications_travel_with_a_start_that_got_lost()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        var changes = new RestartModifications(TimeSpan.FromMinutes(5), RestartPoint.Beginning);

        await storage.Commands.HandleAsync(new RequeueCommand(Job, Modifications: changes), await storage.ItemsAsync(["ORD-00000"]), None);

        var lost = Assert.Single(await storage.Starts.ReadAsync(ManualTime.Start.AddDays(1), None).ToListAsync());
        Assert.Equal(changes, lost.Modifications);
    }

    [Fact]
    public async Task Orders_of_one_shard_share_a_transaction()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var items = await storage.ItemsAsync(await storage.AddDeadAsync(20));
        storage.Faults.Reset();

        Assert.All(await storage.RequeueAsync(items), item => Assert.Equal(ItemState.Succeeded, item.Result.State));

        // Two reads an order and one transaction for all.
        Assert.Equal(41, storage.Faults.Calls);
    }

    [Fact]
    public async Task An_entry_that_changed_since_the_plan_is_left_alone()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(4);
        var items = await storage.ItemsAsync(["ORD-00000", "ORD-00001", "ORD-00002", "ORD-00003"]);
        await storage.Commands.HandleAsync(new AddNoteCommand(new("ada"), "look"), [new("ORD-00000", string.Empty)], None);
        await storage.Commands.HandleAsync(new ResolveCommand(new("ada"), DeadLetterResolution.Cancelled), [new("ORD-00001", string.Empty)], None);
        await storage.RequeueAsync([items[2]], "job-0");
        var before = await storage.DumpAsync();

        var acted = await storage.RequeueAsync(items[..3]);

        Assert.All(acted, item => Assert.Equal((ItemState.Skipped, ItemReasons.ChangedSincePlan), (item.Result.State, item.Result.Reason)));
        Assert.Equal(before, await storage.DumpAsync());
    }

    [Fact]
    public async Task What_may_not_be_taken_up_is_skipped_with_its_reason_and_stays_as_it_is()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1, first: 0, status: "validation_failed");
        await storage.AddDeadAsync(2, first: 1);
        await storage.AddFailedAsync(1, first: 3);
        await storage.Commands.HandleAsync(new ResolveCommand(new("ada"), DeadLetterResolution.Cancelled), [new("ORD-00001", string.Empty)], None);
        await storage.Leases.AcquireAsync("job-2", ["ORD-00002"], ManualTime.Start.AddMinutes(1), _ => true, None);
        var before = await storage.DumpAsync();

        var acted = await storage.RequeueAsync([.. Enumerable.Range(0, 5).Select(number => new ItemRef(TestStorage.OrderId(number), string.Empty))]);

        Assert.Equal(
            [ItemReasons.PermanentFailure, ItemReasons.AlreadyResolved, ItemReasons.Leased, ItemReasons.NotDeadLetter, ItemReasons.NotFound],
            acted.Select(item => item.Result.Reason));
        Assert.All(acted, item => Assert.Equal(ItemState.Skipped, item.Result.State));
        Assert.Equal(before, await storage.DumpAsync());
        storage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(ItemState.Succeeded, (await storage.RequeueAsync([new("ORD-00000", string.Empty)], force: true))[0].Result.State);
        Assert.Equal(ItemState.Succeeded, (await storage.RequeueAsync([new("ORD-00002", string.Empty)]))[0].Result.State);
    }

    [Fact]
    public async Task What_was_handed_to_people_they_can_retry_or_cancel_and_not_hand_on_again()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(2);
        ItemRef[] items = [new("ORD-00000", string.Empty), new("ORD-00001", string.Empty)];
        await storage.Commands.HandleAsync(new ResolveCommand(new("ada"), DeadLetterResolution.Escalated), items, None);
        storage.Time.Advance(TimeSpan.FromMinutes(1));

        var again = await storage.Commands.HandleAsync(new ResolveCommand(new("eve"), DeadLetterResolution.Escalated), items, None);
        var taken = Assert.Single(await storage.Commands.HandleAsync(new RequeueCommand(new("bob")), items[..1], None));
        var cancelled = Assert.Single(await storage.Commands.HandleAsync(new ResolveCommand(new("bob"), DeadLetterResolution.Cancelled), items[1..], None));

        Assert.All(again, item => Assert.Equal((ItemState.Skipped, ItemReasons.AlreadyResolved), (item.Result.State, item.Result.Reason)));
        Assert.Equal((ItemState.Succeeded, OrderPhase.PendingRetry, null), (taken.Result.State, taken.Order!.Phase, taken.Order.EscalatedAt));
        Assert.NotNull(taken.Start);
        Assert.Equal((ItemState.Succeeded, OrderPhase.Cancelled), (cancelled.Result.State, cancelled.Order!.Phase));
        Assert.Equal((DeadLetterResolution.ManualRetry, "bob"), ((await storage.EntryAsync("ORD-00000")).Resolution, taken.Entry!.ResolvedBy));
        Assert.Equal((DeadLetterResolution.Cancelled, "bob"), ((await storage.EntryAsync("ORD-00001")).Resolution, cancelled.Entry!.ResolvedBy));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task An_order_whose_open_entry_was_purged_is_cancelled_where_the_order_is_meant()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        ItemRef[] items = [new("ORD-00000", string.Empty)];
        await storage.Commands.HandleAsync(new PurgeCommand(new("ada"), Force: true), items, None);
        var cancel = new ResolveCommand(new("bob", "too old"), DeadLetterResolution.Cancelled);

        Assert.Equal(ItemReasons.NotFound, Assert.Single(await storage.Commands.HandleAsync(cancel, items, None)).Result.Reason);
        var cancelled = Assert.Single(await storage.Commands.HandleAsync(cancel with { AlsoPurged = true }, items, None));

        Assert.Equal((ItemState.Succeeded, OrderPhase.Cancelled), (cancelled.Result.State, cancelled.Order!.Phase));
        Assert.Equal(OrderPhase.Cancelled, (await storage.Orders.GetAsync("ORD-00000", None))!.Phase);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task An_entry_that_came_back_three_times_needs_force()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        for (var go = 1; go <= 3; go++)
        {
            storage.Time.Advance(TimeSpan.FromMinutes(1));
            await storage.RequeueAsync([new("ORD-00000", string.Empty)], $"job-{go}");
            await storage.FailAgainAsync("ORD-00000");
            await storage.Commands.HandleAsync(new AbandonCommand(JobAct($"job-{go}")), [new("ORD-00000", string.Empty)], None);
            Assert.Equal(go, (await storage.EntryAsync("ORD-00000")).ReopenCount);
        }

        Assert.Equal(ItemReasons.ReopenedTooOften, (await storage.RequeueAsync([new("ORD-00000", string.Empty)], "job-4"))[0].Result.Reason);
        Assert.Equal(ItemState.Succeeded, (await storage.RequeueAsync([new("ORD-00000", string.Empty)], "job-4", force: true))[0].Result.State);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_job_that_waits_restarts_what_failed_under_it_while_runs_stay_away()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        var until = ManualTime.Start.AddHours(1);
        var first = await storage.ItemsAsync(["ORD-00000"]);
        await storage.RequeueAsync(first, holdUntil: until);
        await storage.FailAgainAsync("ORD-00000");

        Assert.Equal(SkipReason.Leased, Assert.IsType<OrderOutcome.Skipped>(Assert.Single(await storage.RunAsync(TestStorage.Rule("run-9")))).Reason);
        ItemRef[] second = [first[0] with { Attempt = 2 }];
        var restarted = await storage.RequeueAsync(second, holdUntil: until);

        Assert.Equal("order-fulfillment-ORD-00000-g1-retry-1", restarted[0].Start!.WorkflowId);
        Assert.Equal(Tell(restarted), Tell(await storage.RequeueAsync(second, holdUntil: until)));
        // The first go, asked again, tells of itself and starts nothing.
        Assert.Null((await storage.RequeueAsync(first, holdUntil: until))[0].Start);
        Assert.Equal(3, (await storage.GetAsync("ORD-00000")).Attempts.Count);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Giving_up_reopens_the_entry_with_what_happened_since()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(2);
        await storage.Commands.HandleAsync(new AddNoteCommand(new("ada"), "look"), [new("ORD-00000", string.Empty)], None);
        var items = await storage.ItemsAsync(["ORD-00000", "ORD-00001"]);
        await storage.Leases.AcquireAsync("job-1", ["ORD-00000", "ORD-00001"], ManualTime.Start.AddHours(1), _ => true, None);
        await storage.RequeueAsync(items[..1], holdUntil: ManualTime.Start.AddHours(1));
        await storage.FailAgainAsync("ORD-00000");
        storage.Time.Advance(TimeSpan.FromSeconds(1));

        var given = await storage.Commands.HandleAsync(new AbandonCommand(Job), items, None);

        Assert.Equal([ItemState.Failed, ItemState.Pending], given.Select(item => item.Result.State));
        Assert.Equal(ItemReasons.RetriesExhausted, given[0].Result.Reason);
        var entry = await storage.EntryAsync("ORD-00000");
        Assert.Equal((null, 1, "job-1", "ada", 2), (entry.Resolution, entry.ReopenCount, entry.RunId, entry.MovedBy, entry.RetryHistory.Count));
        Assert.Equal("look", Assert.Single(entry.Notes).Text);
        Assert.Null((await storage.GetAsync("ORD-00001")).Lease);
        Assert.Null((await storage.GetAsync("ORD-00000")).Lease);
        Assert.Equal(2, (await storage.DeadLetters.ListAsync(new(), 5, null, None)).Items.Count);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_job_that_does_not_wait_leaves_the_order_to_the_runs()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        await storage.Leases.AcquireAsync("job-1", ["ORD-00000"], ManualTime.Start.AddHours(1), _ => true, None);
        await storage.RequeueAsync(await storage.ItemsAsync(["ORD-00000"]));
        await storage.FailAgainAsync("ORD-00000");

        Assert.IsType<OrderOutcome.Restarted>(Assert.Single(await storage.RunAsync(TestStorage.Rule("run-9"))));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Of_two_jobs_over_the_same_orders_each_order_belongs_to_one()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var items = await storage.ItemsAsync(await storage.AddDeadAsync(40));

        var answers = await Task.WhenAll(
            Task.Run(() => new DeadLetterCommands(storage.Tables, storage.Time).HandleAsync(new RequeueCommand(JobAct("job-1")), items, None)),
            Task.Run(() => new DeadLetterCommands(storage.Tables, storage.Time).HandleAsync(new RequeueCommand(JobAct("job-2")), items, None)));

        foreach (var (one, other) in answers[0].Zip(answers[1]))
        {
            Assert.Single(new[] { one, other }, item => item.Result.State == ItemState.Succeeded);
            Assert.Single(new[] { one, other }, item => item.Result.Reason == ItemReasons.ChangedSincePlan);
            Assert.Equal(2, (await storage.GetAsync(one.Result.Id)).Attempts.Count);
        }

        await Consistency.CheckAsync(storage);
    }
}
