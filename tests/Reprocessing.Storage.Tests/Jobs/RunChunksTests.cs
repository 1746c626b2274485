namespace Reprocessing.Storage.Tests.Jobs;

/// <summary>What became of a run's orders is stored a row a chunk, once.</summary>
[Collection(AzuriteTests.Name)]
public sealed class RunChunksTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string RunId = SampleJobs.RunId(0);

    [Fact]
    public async Task A_chunk_is_stored_with_one_call_and_a_repeated_call_gets_what_the_first_one_stored()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        storage.Faults.Reset();
        await storage.Jobs.RecordChunkAsync(RunId, new(1, 0, 0), [SampleJobs.Started("A"), new("B", ItemState.Skipped, "leased")], None);
        Assert.Equal(1, storage.Faults.Calls);

        var again = await storage.Jobs.RecordChunkAsync(RunId, new(1, 0, 0), [SampleJobs.Started("A"), SampleJobs.Started("B")], None);

        Assert.Equal(["A started running ", "B skipped  leased"], again.Select(Describe));
        Assert.Equal(["A started running ", "B skipped  leased"], (await storage.Jobs.FindChunkAsync(RunId, new(1, 0, 0), None))!.Select(Describe));
        Assert.Null(await storage.Jobs.FindChunkAsync(RunId, new(1, 0, 1), None));
    }

    [Fact]
    public async Task The_progress_of_a_run_is_the_sum_of_its_chunks_and_tells_its_last_slice()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        Assert.Equal(new RunProgress(ItemTally.Zero, null, 0), await storage.Jobs.GetProgressAsync(RunId, None));
        await storage.Jobs.RecordChunkAsync(RunId, new(1, 0, 0), [SampleJobs.Started("A"), new("B", ItemState.DeadLettered)], None);
        await storage.Jobs.RecordChunkAsync(RunId, new(1, 1, 10), [new("C", ItemState.Failed)], None);
        await storage.Jobs.RecordChunkAsync(RunId, new(1, 1, 2), [new("D", ItemState.Skipped, "leased")], None);

        Assert.Equal(
            new RunProgress(new(Found: 4, Started: 1, DeadLettered: 1, Failed: 1, Skipped: 1), new(1, 1, 0), 2),
            await storage.Jobs.GetProgressAsync(RunId, None));

        await storage.Jobs.RecordChunkAsync(RunId, new(2, 0, 0), [SampleJobs.Started("E")], None);
        Assert.Equal((new ChunkKey(2, 0, 0), 1), await storage.Jobs.GetProgressAsync(RunId, None) is var (_, last, count) ? (last, count) : default);
    }

    [Fact]
    public async Task Items_are_listed_page_by_page_across_chunks_and_by_state()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var chunk in Enumerable.Range(0, 5))
        {
            await storage.Jobs.RecordChunkAsync(
                RunId, new(1, chunk / 2, chunk), [.. Enumerable.Range(0, 7).Select(item => item % 3 == 0 ? new($"{chunk}-{item}", ItemState.Failed) : SampleJobs.Started($"{chunk}-{item}"))], None);
        }

        var all = Enumerable.Range(0, 5).SelectMany(chunk => Enumerable.Range(0, 7).Select(item => (Id: $"{chunk}-{item}", Item: item))).ToList();
        Assert.Equal(all.Select(one => one.Id), await ReadAsync(storage, null));
        Assert.Equal(all.Where(one => one.Item % 3 == 0).Select(one => one.Id), await ReadAsync(storage, ItemState.Failed));
        await Assert.ThrowsAsync<FormatException>(() => storage.Jobs.ListItemsAsync(RunId, null, 3, "i|x", None));
    }

    [Fact]
    public async Task Failures_are_counted_by_reason()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Jobs.RecordChunkAsync(RunId, new(1, 0, 0), [new("A", ItemState.Failed, "processing_failed"), new("B", ItemState.Failed, "processing_failed"), SampleJobs.Started("C")], None);

        Assert.Equal(("processing failed", 2), Assert.Single(await storage.Jobs.CountFailuresAsync(RunId, 10, None)) is var (reason, count) ? (reason, count) : default);
    }

    [Fact]
    public async Task A_chunk_of_a_hundred_orders_with_the_longest_ids_and_messages_is_stored_whole()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        List<ItemResult> results = [.. Enumerable.Range(0, 100).Select(number =>
            new ItemResult($"{number:D3}{new string('x', 97)}", ItemState.Failed, ItemReasons.ProcessingFailed, new string('y', 2_000)))];

        await storage.Jobs.RecordChunkAsync(RunId, new(1, 0, 0), results, None);

        var items = (await storage.Jobs.FindChunkAsync(RunId, new(1, 0, 0), None))!;
        Assert.Equal((100, 1_000), (items.Count, items.Max(item => item.Message!.Length)));
    }

    private static string Describe(JobItem item) =>
        $"{item.Id} {Domain.Names.EnumNames.Of(item.State)} {(item.Outcome is { } outcome ? Domain.Names.EnumNames.Of(outcome) : string.Empty)} {item.Reason}";

    private static async Task<List<string>> ReadAsync(TestStorage storage, ItemState? state)
    {
        List<string> ids = [];
        string? token = null;
        do
        {
            var page = await storage.Jobs.ListItemsAsync(RunId, state, 3, token, None);
            Assert.InRange(page.Items.Count, 1, 3);
            ids.AddRange(page.Items.Select(item => item.Id));
            token = page.Next;
        }
        while (token is not null);

        return ids;
    }
}
