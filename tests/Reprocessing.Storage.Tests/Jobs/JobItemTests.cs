namespace Reprocessing.Storage.Tests.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class JobItemTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Selection_goes_by_the_cursor_through_what_is_pending_and_eligible()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 10);
        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, [SampleJobs.Ineligible("ORD-00001x")], None);
        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started("ORD-00003")], None);

        var first = await storage.Jobs.SelectAsync(SampleJobs.JobId, limit: 5, chunkSize: 2, null, None);
        var second = await storage.Jobs.SelectAsync(SampleJobs.JobId, limit: 5, chunkSize: 2, first.Cursor, None);
        var third = await storage.Jobs.SelectAsync(SampleJobs.JobId, limit: 5, chunkSize: 2, second.Cursor, None);

        Assert.Equal(["0 1", "2 4", "5"], first.Chunks.Select(chunk => string.Join(' ', chunk.Items.Select(item => item.ExpectedVersion))));
        Assert.Equal(["6 7", "8 9"], second.Chunks.Select(chunk => string.Join(' ', chunk.Items.Select(item => item.ExpectedVersion))));
        Assert.Equal((5, 4, 0), (first.Count, second.Count, third.Count));
        Assert.Equal(second.Cursor, third.Cursor);
        Assert.All(first.Chunks.SelectMany(chunk => chunk.Items), item => Assert.Equal(1, item.Attempt));
        await Assert.ThrowsAsync<FormatException>(() => storage.Jobs.SelectAsync(SampleJobs.JobId, 5, 2, "k1", None));
    }

    [Fact]
    public async Task Results_of_a_planned_chunk_take_one_read_and_one_transaction()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 100);
        storage.Faults.Reset();

        await storage.Jobs.RecordAsync(SampleJobs.JobId, [.. SampleJobs.Items(100).Select(item => SampleJobs.Started(item.Id))], None);

        Assert.Equal(2, storage.Faults.Calls);
        var items = await SampleJobs.ReadItemsAsync(storage);
        Assert.All(items.Values, item => Assert.Equal(
            (ItemState.Started, 1, BusinessOutcome.Running, "g1"), (item.State, item.Attempts, item.Outcome!.Value, item.Group)));
        Assert.Equal("7", items["ORD-00007"].ExpectedVersion);
        Assert.Equal(ManualTime.Start, items["ORD-00007"].UpdatedAt);
    }

    [Fact]
    public async Task Item_that_has_ended_stays_as_it_ended()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 1);
        const string id = "ORD-00000";

        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started(id, 0, ItemState.Running)], None);
        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started(id, 1, ItemState.Running)], None);
        await storage.Jobs.RecordAsync(SampleJobs.JobId, [new(id, ItemState.Failed, ItemReasons.RetriesExhausted, "three times") { Fingerprint = "g2" }], None);
        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started(id, 0, ItemState.Running)], None);
        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started(id)], None);

        var item = (await SampleJobs.ReadItemsAsync(storage))[id];
        Assert.Equal((ItemState.Failed, "retries_exhausted", "three times", 2), (item.State, item.Reason, item.Message, item.Attempts));
        Assert.Equal(("g1", "g2", "order-fulfillment-ORD-00000-gen-1-retry-1"), (item.Group, item.Fingerprint, item.WorkflowId));
    }

    [Fact]
    public async Task Columns_that_are_not_of_the_result_stay()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 1);
        var row = (await storage.Tables.Jobs.GetEntityAsync<Azure.Data.Tables.TableEntity>("k1", "i|ORD-00000")).Value;
        row["OfTheFuture"] = "kept";
        await storage.Tables.Jobs.UpdateEntityAsync(row, row.ETag);

        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started("ORD-00000")], None);

        row = (await storage.Tables.Jobs.GetEntityAsync<Azure.Data.Tables.TableEntity>("k1", "i|ORD-00000")).Value;
        Assert.Equal(("kept", "started"), (row.GetString("OfTheFuture"), row.GetString("State")));
    }

    [Fact]
    public async Task Items_far_apart_are_found_too()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 300);

        await storage.Jobs.RecordAsync(SampleJobs.JobId, [.. new[] { "ORD-00299", "ORD-00000", "ORD-00150" }.Select(id => SampleJobs.Started(id))], None);

        Assert.Equal(3, (await storage.Jobs.CountAsync(SampleJobs.JobId, None))[ItemState.Started]);
    }

    [Fact]
    public async Task List_is_narrowed_by_state_and_paged()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 7);
        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, [SampleJobs.Ineligible("ORD-00002x")], None);
        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started("ORD-00003"), new("ORD-00005", ItemState.Skipped, "leased")], None);

        var first = await storage.Jobs.ListItemsAsync(SampleJobs.JobId, ItemState.Pending, 3, null, None);
        var second = await storage.Jobs.ListItemsAsync(SampleJobs.JobId, ItemState.Pending, 3, first.Next, None);
        var skipped = await storage.Jobs.ListItemsAsync(SampleJobs.JobId, ItemState.Skipped, 3, null, None);

        Assert.Equal(["0", "1", "2", "4", "6"], first.Items.Concat(second.Items).Select(item => item.ExpectedVersion));
        Assert.Null(second.Next);
        Assert.Equal(["ORD-00002x False", "ORD-00005 True"], skipped.Items.Select(item => $"{item.Id} {item.IsEligible}"));
        Assert.Empty((await storage.Jobs.ListItemsAsync("job-a/b", null, 3, null, None)).Items);
    }

    [Fact]
    public async Task Counts_are_those_of_the_rows_without_what_was_never_eligible()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 6);
        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, [SampleJobs.Ineligible("X")], None);
        await storage.Jobs.RecordAsync(
            SampleJobs.JobId,
            [
                SampleJobs.Started("ORD-00000"),
                new("ORD-00001", ItemState.Failed, ItemReasons.StorageRefused) { Fingerprint = "g9" },
                new("ORD-00002", ItemState.Failed, ItemReasons.TimedOut),
                new("ORD-00003", ItemState.Failed, ItemReasons.TimedOut),
                new("ORD-00004", ItemState.Skipped, ItemReasons.Leased),
            ],
            None);

        var counts = await storage.Jobs.CountAsync(SampleJobs.JobId, None);
        var failures = await storage.Jobs.CountFailuresAsync(SampleJobs.JobId, 20, None);

        Assert.Equal("Failed=3 Pending=1 Skipped=1 Started=1", string.Join(' ', counts.Select(count => $"{count.Key}={count.Value}").Order()));
        Assert.Equal(["timed out=2", "storage refused=1"], failures.Select(failure => $"{failure.Key}={failure.Value}"));
        Assert.Single(await storage.Jobs.CountFailuresAsync(SampleJobs.JobId, 1, None));
        Assert.Equal(new OutcomeCounts(Running: 1), await storage.Jobs.GetOutcomesAsync(SampleJobs.JobId, None));
        var page = await storage.Jobs.ListItemsAsync(SampleJobs.JobId, ItemState.Started, 1, null, None);
        Assert.Equal(new OutcomeCounts(Running: 1), await storage.Jobs.CountOutcomesAsync(SampleJobs.JobId, page.Items[0].Group!, None));
        Assert.Equal(new OutcomeCounts(), await storage.Jobs.CountOutcomesAsync(SampleJobs.JobId, "another's", None));
    }

    [Fact]
    public async Task Twenty_thousand_items_are_planned_selected_and_counted_by_pages()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var page in SampleJobs.Items(20_000).Chunk(1_000))
        {
            await storage.Plans.AddItemsAsync(SampleJobs.PlanId, page, None);
        }

        await storage.Plans.CreateAsync(SampleJobs.Plan(), None);
        storage.Faults.Reset();

        Assert.Equal(20_000, (await storage.Jobs.CountAsync(SampleJobs.JobId, None))[ItemState.Pending]);
        Assert.InRange(storage.Faults.Calls, 20, 21);
        var (count, cursor) = (0, (string?)null);
        ItemSlice slice;
        do
        {
            slice = await storage.Jobs.SelectAsync(SampleJobs.JobId, 1_000, 20, cursor, None);
            Assert.InRange(storage.Faults.Calls, 0, 70);
            (count, cursor) = (count + slice.Count, slice.Cursor);
        }
        while (slice.Count == 1_000);

        Assert.Equal(20_000, count);
    }
}
