using Reprocessing.Storage.Tests.DeadLetters;

namespace Reprocessing.Storage.Tests.Leases;

[Collection(AzuriteTests.Name)]
public sealed class LeaseTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Until = ManualTime.Start.AddMinutes(5);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_lease_keeps_others_off_and_runs_out_by_itself()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(5);

        Assert.Equal(5, (await TakeAsync(storage, "job-1", ids)).Count);
        Assert.Empty(await TakeAsync(storage, "job-2", ids));
        Assert.Equal(5, (await TakeAsync(storage, "job-1", ids)).Count);
        storage.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(5, (await storage.Leases.AcquireAsync("job-2", ids, Until.AddHours(1), _ => true, None)).Count);
    }

    [Fact]
    public async Task Leases_are_found_with_their_owner_until_they_run_out()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(3);
        await TakeAsync(storage, "job-1", [ids[1]]);

        var found = await storage.Leases.FindAsync([.. ids, ids[1], "nobody"], None);

        Assert.Equal(new(ids[1], new Lease("job-1", Until)), Assert.Single(found));
        storage.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Empty(await storage.Leases.FindAsync(ids, None));
    }

    [Fact]
    public async Task A_lease_changes_neither_version_nor_timeline_nor_entry()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(1);
        var (order, stamp) = (await storage.GetAsync(ids[0]), (await storage.EntryAsync(ids[0])).Stamp);

        await TakeAsync(storage, "job-1", ids);

        Assert.Equal(order with { Lease = new("job-1", Until), Attempts = [] }, await storage.GetAsync(ids[0]) with { Attempts = [] });
        Assert.Equal(stamp, (await storage.EntryAsync(ids[0])).Stamp);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task What_a_job_reserved_and_then_leaves_alone_it_lets_go_of()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(2);
        var items = await storage.ItemsAsync(ids);
        await storage.Commands.HandleAsync(new AddNoteCommand(new("ada"), "look"), [new(ids[0], string.Empty)], None);
        await TakeAsync(storage, "job-1", ids);

        var acted = await storage.RequeueAsync([items[0]]);

        Assert.Equal(ItemReasons.ChangedSincePlan, Assert.Single(acted).Result.Reason);
        Assert.Null((await storage.GetAsync(ids[0])).Lease);
        Assert.Equal("job-1", (await storage.GetAsync(ids[1])).Lease!.Owner);
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task A_run_leaves_a_leased_failed_order_alone_even_when_it_had_selected_it_before()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(10);
        var rule = TestStorage.Rule();
        var slice = await storage.QueryAsync(rule);

        await TakeAsync(storage, "job-1", ids);

        foreach (var chunk in slice.Chunks)
        {
            Assert.All(
                await storage.Reprocessor.ProcessChunkAsync(rule, chunk.Orders, None),
                outcome => Assert.Equal(SkipReason.Leased, Assert.IsType<OrderOutcome.Skipped>(outcome).Reason));
        }

        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Of_two_who_lease_the_same_orders_at_once_each_order_has_one()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(60);

        var held = await Task.WhenAll(Task.Run(() => TakeAsync(storage, "job-1", ids)), Task.Run(() => TakeAsync(storage, "job-2", ids)));

        Assert.Empty(held[0].Intersect(held[1]));
        foreach (var id in ids)
        {
            var owner = (await storage.GetAsync(id)).Lease?.Owner;
            Assert.Equal((held[0].Contains(id), held[1].Contains(id)), (owner == "job-1", owner == "job-2"));
        }
    }

    [Fact]
    public async Task Only_what_is_wanted_is_leased()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        await storage.AddFailedAsync(1, first: 1);

        var held = await storage.Leases.AcquireAsync("job-1", ["ORD-00000", "ORD-00001", "ORD-00009"], Until, order => order.IsOpenDeadLetter, None);

        Assert.Equal("ORD-00000", Assert.Single(held));
    }

    [Fact]
    public async Task Chunks_hold_orders_of_few_shards_and_every_order_once()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 4);
        List<ItemRef> items = [.. Enumerable.Range(0, 200).Select(number => new ItemRef(TestStorage.OrderId(number), string.Empty))];

        var chunks = storage.Leases.ByShard(items, 20);

        Assert.Equal(10, chunks.Count);
        Assert.All(chunks, chunk => Assert.InRange(chunk.Items.Select(item => storage.Tables.PartitionOf(item.Id)).Distinct().Count(), 1, 2));
        Assert.Equal(items.Select(item => item.Id), chunks.SelectMany(chunk => chunk.Items).Select(item => item.Id).Order(StringComparer.Ordinal));
    }

    private static Task<IReadOnlySet<string>> TakeAsync(TestStorage storage, string owner, IReadOnlyList<string> ids) =>
        storage.Leases.AcquireAsync(owner, ids, Until, _ => true, None);
}
