namespace Reprocessing.Storage.Jobs;

public sealed record ChunkKey(int Attempt, int Slice, int Chunk);

/// <param name="Last">The newest slice of the newest attempt that has any; null when there is none. Its chunk number says nothing.</param>
public sealed record RunProgress(ItemTally Tally, ChunkKey? Last, int ChunksOfLast);

/// <summary>What became of a run's orders, a row a chunk in the partition of the run. A chunk is stored once.</summary>
/// <remarks>After that only the outcomes of the workflows that it started change, which are counted by reading the rows: they are few.</remarks>
internal sealed class RunChunks(StorageTables tables, TimeProvider time)
{
    private const string Prefix = "c|";
    private const int MaxPage = 1_000;

    // An outcome is lost against other outcomes only, and those come from few projections.
    private const int MaxAttempts = 10;

    private static readonly string[] Counters = ["RowKey", "Found", "Started", "DeadLettered", "Failed", "Skipped"];

    public async Task<IReadOnlyList<JobItem>> RecordAsync(
        string runId, ChunkKey chunk, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<ChunkItem> items = [.. results.Select(result => ChunkItem.Of(result, now))];
        if (await tables.Jobs.TryAddAsync(Row(JobRows.PartitionFor(runId), KeyOf(chunk), items), cancellationToken))
        {
            return items.ConvertAll(item => item.ToJobItem());
        }

        // An earlier call stored it and its response was lost; outcomes may have been added since.
        return await FindAsync(runId, chunk, cancellationToken) ?? throw new InvalidOperationException($"{KeyOf(chunk)} of {runId} came and went.");
    }

    public async Task<IReadOnlyList<JobItem>?> FindAsync(string runId, ChunkKey chunk, CancellationToken cancellationToken) =>
        await tables.Jobs.FindAsync(JobRows.PartitionFor(runId), KeyOf(chunk), cancellationToken) is { } row
            ? ReadItems(row)
            : null;

    public async Task<RunProgress> GetProgressAsync(string runId, CancellationToken cancellationToken)
    {
        var (tally, last, count) = (ItemTally.Zero, default(string), 0);
        await foreach (var row in tables.Jobs.ReadAsync(Range(runId), cancellationToken, columns: Counters))
        {
            tally = tally.Add(TallyOf(row));
            var slice = row.RowKey[..row.RowKey.LastIndexOf('|')];
            (last, count) = slice == last ? (last, count + 1) : (slice, 1);
        }

        return new(tally, last is null ? null : Parse(last), count);
    }

    public Task<Page<JobItem>> ListAsync(string runId, ItemState? state, int limit, string? token, CancellationToken cancellationToken) => tables.Jobs
        .ReadWithinAsync(Range(runId), (row, _) => Task.FromResult(ReadItems(row)), token, MaxPage, cancellationToken)
        .Where(found => (state ?? found.Item.State) == found.Item.State)
        .PageAsync(limit);

    public IAsyncEnumerable<JobItem> ReadAsync(string runId, CancellationToken cancellationToken) =>
        tables.Jobs.ReadAsync(Range(runId), cancellationToken).SelectMany(ReadItems);

    /// <summary>Writes outcomes on the orders of the chunks. An older outcome than the stored one changes nothing.</summary>
    /// <returns>Those of orders that no chunk has, and those that could not be written because others were quicker each time.</returns>
    public async Task<(IReadOnlyList<ItemOutcome> Unknown, IReadOnlyList<ItemOutcome> Lost)> ApplyAsync(string runId, IReadOnlyList<ItemOutcome> outcomes, CancellationToken cancellationToken)
    {
        var partition = JobRows.PartitionFor(runId);
        var latest = outcomes.GroupBy(one => one.ItemId).ToDictionary(item => item.Key, item => item.MaxBy(one => one.Event.Version)!, StringComparer.Ordinal);
        for (var attempt = 1; ; attempt++)
        {
            HashSet<string> stored = new(StringComparer.Ordinal);
            List<TransactionUnit<string>> units = [];
            await foreach (var row in tables.Jobs.ReadAsync(Range(runId), cancellationToken))
            {
                var items = Read(row);
                var after = items.ConvertAll(item => latest.TryGetValue(item.Id, out var outcome) ? item.After(outcome, time.GetUtcNow()) : item);
                stored.UnionWith(items.Select(item => item.Id));
                if (!after.SequenceEqual(items))
                {
                    units.Add(new(row.RowKey, [new(TableTransactionActionType.UpdateReplace, Row(partition, row.RowKey, after), row.ETag)]));
                }
            }

            var refused = await UnitSubmitter.SubmitAsync(tables.Jobs, units, cancellationToken);
            if (refused.Count == 0 || attempt == MaxAttempts)
            {
                var unknown = outcomes.Where(one => !stored.Contains(one.ItemId)).ToList();
                return (unknown, refused.Count == 0 ? [] : [.. outcomes.Except(unknown)]);
            }
        }
    }

    private static KeyRange Range(string runId) => new(JobRows.PartitionFor(runId), Prefix);

    private static string KeyOf(ChunkKey chunk) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{chunk.Attempt:D2}|{chunk.Slice:D6}|{chunk.Chunk:D6}");

    private static ChunkKey Parse(string slice)
    {
        var parts = slice.Split('|');
        return new(int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture), 0);
    }

    private static TableEntity Row(string partition, string key, List<ChunkItem> items)
    {
        var tally = items.Aggregate(ItemTally.Zero, (sum, item) => sum.Add(item.State));
        return new TableEntity(partition, key)
        {
            ["Found"] = tally.Found,
            ["Started"] = tally.Started,
            ["DeadLettered"] = tally.DeadLettered,
            ["Failed"] = tally.Failed,
            ["Skipped"] = tally.Skipped,
        }.WithJson(items);
    }

    private static ItemTally TallyOf(TableEntity row) => new(
        row.Number("Found"), 0, row.Number("DeadLettered"), row.Number("Failed"), row.Number("Skipped"), row.Number("Started"));

    private static List<JobItem> ReadItems(TableEntity row) => Read(row).ConvertAll(item => item.ToJobItem());

    private static List<ChunkItem> Read(TableEntity row) => StorageJson.Read<List<ChunkItem>>(row);

    private sealed record ChunkItem(string Id, ItemState State, DateTimeOffset At)
    {
        public string? Reason { get; init; }

        public string? Message { get; init; }

        public string? WorkflowId { get; init; }

        public BusinessOutcome? Outcome { get; init; }

        public int? Version { get; init; }

        public static ChunkItem Of(ItemResult result, DateTimeOffset now) => new(result.Id, result.State, now)
        {
            Reason = result.Reason,
            Message = result.Message is { } text ? RecordText.Cut(text, ItemRows.MaxMessage) : null,
            WorkflowId = result.WorkflowId,
            Outcome = result.WorkflowId is null ? null : BusinessOutcome.Running,
        };

        public ChunkItem After(ItemOutcome outcome, DateTimeOffset now) => Version >= outcome.Event.Version ? this : this with
        {
            Outcome = outcome.Outcome,
            Version = outcome.Event.Version,
            At = now,
        };

        public JobItem ToJobItem() => new(Id, string.Empty, State)
        {
            Reason = Reason,
            Message = Message,
            WorkflowId = WorkflowId,
            Attempts = WorkflowId is null ? 0 : 1,
            Outcome = Outcome,
            UpdatedAt = At,
        };
    }
}
