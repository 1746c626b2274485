using Azure.Data.Tables;

namespace Embedded.DurableTask.Store;

/// <summary>Reads one history: short ones row by row, long ones by a query.</summary>
internal sealed class HistoryReader(TableReads reads, string partition, string instanceId, int generation)
{
    private const int LongHistory = 32;
    private const int ProbedAtOnce = 4;

    public async Task<IReadOnlyList<HistoryRow>> ReadAsync(int rows, bool orMore, CancellationToken cancellationToken)
    {
        if (rows > LongHistory)
        {
            return Complete(await ReadRangeAsync(cancellationToken), rows);
        }

        var found = (await ReadRowsAsync(0, rows, cancellationToken)).ToList();
        if (found.Count < rows || !orMore)
        {
            return Complete(found, rows);
        }

        for (var more = true; more;)
        {
            var next = await ReadRowsAsync(found.Count, ProbedAtOnce, cancellationToken);
            found.AddRange(next);
            more = next.Count == ProbedAtOnce;
        }

        return found;
    }

    private List<HistoryRow> Complete(List<HistoryRow> found, int rows) => found.Count >= rows
        ? found
        : throw new InvalidDataException($"Row {found.Count} of the history of '{instanceId}' is missing.");

    private async Task<List<HistoryRow>> ReadRangeAsync(CancellationToken cancellationToken)
    {
        var from = StoreKeys.History(instanceId, generation, 0);
        var rows = await reads.RangeAsync(
            partition, from, StoreKeys.After(from[..(from.LastIndexOf('|') + 1)]), cancellationToken);
        return [.. rows.Select(Read)];
    }

    /// <summary>Up to the first one that does not exist.</summary>
    private async Task<List<HistoryRow>> ReadRowsAsync(int first, int count, CancellationToken cancellationToken)
    {
        var rows = await Task.WhenAll(Enumerable.Range(first, count).Select(
            row => reads.FindAsync(partition, StoreKeys.History(instanceId, generation, row), cancellationToken)));
        return [.. rows.TakeWhile(static row => row is not null).OfType<TableEntity>().Select((row, index) => Read(row, first + index))];
    }

    private HistoryRow Read(TableEntity row, int number) => TableRows.ReadHistory(row, instanceId, generation, number);
}
