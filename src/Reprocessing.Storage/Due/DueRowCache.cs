using System.Collections.Concurrent;
using Azure.Data.Tables;

namespace Reprocessing.Storage.Due;

/// <summary>
/// The due rows of the slice that is being worked on, so that the chunks need not read again what the query has just read.
/// Safe however old: whatever is done with a row is done under its ETag. Bounded, and emptied as the chunks take from it.
/// </summary>
internal sealed class DueRowCache
{
    private const int MaxRows = 2_000;

    private readonly ConcurrentDictionary<(string Partition, string RowKey), TableEntity> _rows = new();

    public void Put(IReadOnlyCollection<TableEntity> rows)
    {
        // What an earlier slice left was taken by nobody: its chunks ran elsewhere or never.
        if (_rows.Count + rows.Count > MaxRows)
        {
            _rows.Clear();
        }

        foreach (var row in rows.Take(MaxRows))
        {
            _rows[(row.PartitionKey, row.RowKey)] = row;
        }
    }

    public TableEntity? Take(string partition, string rowKey) => _rows.TryRemove((partition, rowKey), out var row) ? row : null;
}
