using Azure;
using Azure.Data.Tables;
using Reprocessing.Storage.Shards;

namespace Reprocessing.Storage.Results;

internal sealed class ResultStore(StorageTables tables) : IResultStore
{
    public async Task SaveAsync(RunRecord run, CancellationToken cancellationToken) =>
        await tables.Results.UpsertEntityAsync(ResultRows.Run(run), TableUpdateMode.Replace, cancellationToken);

    public async Task<RunRecord?> GetAsync(string runId, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var row = await tables.Results.GetEntityIfExistsAsync<TableEntity>(
            ResultRows.Runs, ResultRows.RunKey(startedAt, runId), cancellationToken: cancellationToken);
        return row.HasValue ? ResultRows.ReadRun(row.Value!) : null;
    }

    public async Task<Page<RunRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = ShardCursor.Parse(token) ?? string.Empty;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ResultRows.Runs} and RowKey gt {after}");
        List<RunRecord> runs = [];
        string? last = null;
        await foreach (var row in tables.Results.QueryAsync<TableEntity>(
            filter, Math.Min(limit + 1, 1_000), cancellationToken: cancellationToken))
        {
            if (runs.Count == limit)
            {
                return new(runs, last);
            }

            runs.Add(ResultRows.ReadRun(row));
            last = row.RowKey;
        }

        return new(runs, null);
    }

    public async Task SaveSkippedTickAsync(SkippedTick tick, CancellationToken cancellationToken) =>
        await tables.Results.UpsertEntityAsync(ResultRows.Tick(tick), TableUpdateMode.Replace, cancellationToken);

    public async Task<IReadOnlyList<DaySummary>> SummariseAsync(DateTimeOffset now, int days, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        var from = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - days);
        var summary = new SortedDictionary<DateOnly, DayCount>();
        await foreach (var row in ReadSinceAsync(ResultRows.Runs, from, cancellationToken))
        {
            DayOf(summary, row.GetDateTimeOffset("StartedAt")).AddRun(row);
        }

        await foreach (var row in ReadSinceAsync(ResultRows.Ticks, from, cancellationToken))
        {
            DayOf(summary, row.GetDateTimeOffset("At")).AddSkippedTick(row);
        }

        return [.. summary.Reverse().Select(day => day.Value.ToSummary(day.Key))];
    }

    private AsyncPageable<TableEntity> ReadSinceAsync(string partition, DateTimeOffset from, CancellationToken cancellationToken)
    {
        // A brace sorts after the bar that follows the time, so the first moment of the first day is within.
        var end = ResultRows.TimeKey(from) + "}";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey lt {end}");
        return tables.Results.QueryAsync<TableEntity>(filter, 1_000, DayCount.Columns, cancellationToken);
    }

    private static DayCount DayOf(SortedDictionary<DateOnly, DayCount> days, DateTimeOffset? moment)
    {
        var day = DateOnly.FromDateTime(moment.GetValueOrDefault().UtcDateTime);
        if (!days.TryGetValue(day, out var count))
        {
            days[day] = count = new();
        }

        return count;
    }
}
