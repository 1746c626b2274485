using Azure.Data.Tables;

namespace Embedded.DurableTask.Store;

/// <summary>Reads one history: few rows one by one, many by a query.</summary>
internal sealed class HistoryReader(TableReads reads, string partition, string instanceId, int generation)
{
    private const int Many = 32;

    public async Task<IReadOnlyList<HistoryRow>> ReadAsync(int rows, CancellationToken cancellationToken)
    {
        var found = rows > Many ? await ReadRangeAsync(cancellationToken) : await ReadEachAsync(rows, cancellationToken);
        return found.Count >= rows
            ? found
            : throw new InvalidDataException($"Row {found.Count} of the history of '{instanceId}' is missing.");
    }

    private async Task<List<HistoryRow>> ReadRangeAsync(CancellationToken cancellationToken)
    {
        var from = StoreKeys.History(instanceId, generation, 0);
        var rows = await reads.RangeAsync(
            partition, from, StoreKeys.After(from[..(from.LastIndexOf('|') + 1)]), cancellationToken);
        return [.. rows.Select(Read)];
    }

    private async Task<List<HistoryRow>> ReadEachAsync(int count, CancellationToken cancellationToken)
    {
        var rows = await Task.WhenAll(Enumerable.Range(0, count).Select(
            row => reads.FindAsync(partition, StoreKeys.History(instanceId, generation, row), cancellationToken)));
        return [.. rows.TakeWhile(static row => row is not null).OfType<TableEntity>().Select(Read)];
    }

    private HistoryRow Read(TableEntity row, int number) => TableRows.ReadHistory(row, instanceId, generation, number);
}
