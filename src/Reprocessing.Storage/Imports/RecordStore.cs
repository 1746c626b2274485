namespace Reprocessing.Storage.Imports;

/// <summary>How records of a kind are kept: each is a partition whose head it is, and a row of the partition that lists them.</summary>
/// <param name="List">The partition of the list.</param>
/// <param name="Head">The key of a record's own row. Kinds that share a table have one each, so that none is taken for another.</param>
/// <param name="IdColumn">Of a row of the list.</param>
internal sealed record RecordKind<T>(string List, string Head, string IdColumn, Func<T, string> IdOf, Func<T, string> StateOf);

/// <summary>What an import and an export have in common.</summary>
public abstract record TransferRecord
{
    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public bool IsCancelRequested { get; init; }

    public string? CanceledBy { get; init; }

    public string? CancelReason { get; init; }
}

/// <summary>Imports or exports, from their requests to their ends.</summary>
public abstract class RecordStore<T>
    where T : TransferRecord
{
    private readonly TableClient _table;
    private readonly RecordKind<T> _kind;

    private protected RecordStore(TableClient table, RecordKind<T> kind) => (_table, _kind) = (table, kind);

    public virtual async Task CreateAsync(T record, CancellationToken cancellationToken)
    {
        // The listing first: a row of it that leads nowhere is passed over, a record that no list shows would never be seen.
        var listing = new TableEntity(_kind.List, ListKey(record)) { [_kind.IdColumn] = _kind.IdOf(record) };
        await _table.UpsertEntityAsync(listing, TableUpdateMode.Replace, cancellationToken);
        await _table.UpsertEntityAsync(HeadRow(record), TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<T?> GetAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } row ? Read(row) : null;

    /// <summary>Newest first.</summary>
    public async Task<Page<T>> ListAsync(int limit, string? token, CancellationToken cancellationToken) => await _table
        .ReadAsync(new(_kind.List, string.Empty, TableReads.ParseTimePosition(token)), cancellationToken, limit + 1)
        .Select(async (row, cancelled) => (Record: await GetAsync(row.GetString(_kind.IdColumn)!, cancelled), row.RowKey))
        .Where(found => found.Record is not null)
        .Select(found => (found.Record!, found.RowKey))
        .PageAsync(limit);

    /// <summary>Reads, edits and writes under the ETag, again on a conflict; an edit that returns null changes nothing.</summary>
    /// <returns>As it is stored afterwards; null when there is none of that id.</returns>
    public async Task<T?> EditAsync(string id, Func<T, T?> edit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(id, cancellationToken) is not { } row)
            {
                return null;
            }

            var stored = Read(row);
            if (edit(stored) is not { } edited)
            {
                return stored;
            }

            try
            {
                await _table.UpdateEntityAsync(HeadRow(edited), row.ETag, TableUpdateMode.Replace, cancellationToken);
                return edited;
            }
            catch (RequestFailedException exception) when (exception.Status == 412)
            {
                // Somebody else's edit was stored, so this ends: a record sees few.
            }
        }
    }

    /// <summary>Of one that never began: its listing goes with it.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await GetAsync(id, cancellationToken) is not { } record)
        {
            return;
        }

        // The other way round than it was made, for the same reason.
        await _table.DeleteEntityAsync(id, _kind.Head, ETag.All, cancellationToken);
        await _table.DeleteEntityAsync(_kind.List, ListKey(record), ETag.All, cancellationToken);
    }

    private string ListKey(T record) => $"{RowKeys.Ticks(RowKeys.Inverted(record.CreatedAt))}|{_kind.IdOf(record)}";

    private TableEntity HeadRow(T record) => new TableEntity(_kind.IdOf(record), _kind.Head)
    {
        ["State"] = _kind.StateOf(record),
        ["CreatedAt"] = record.CreatedAt,
    }.WithJson(record);

    private static T Read(TableEntity row) => StorageJson.Read<T>(row);

    /// <summary>The id comes from an address, and the service refuses to look for what can be no key.</summary>
    private async Task<TableEntity?> ReadAsync(string id, CancellationToken cancellationToken) =>
        Identifiers.Problem(id) is null ? await _table.FindAsync(id, _kind.Head, cancellationToken) : null;
}
