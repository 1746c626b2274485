namespace Reprocessing.Storage.Exports;

public interface IExportStore
{
    Task CreateAsync(ExportRecord export, CancellationToken cancellationToken);

    Task<ExportRecord?> GetAsync(string exportId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<ExportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// Reads, edits, writes under the ETag, and again when somebody was quicker; an edit that answers null changes nothing.
    /// </summary>
    /// <returns>As it is stored afterwards; null when there is no such export.</returns>
    Task<ExportRecord?> EditAsync(string exportId, Func<ExportRecord, ExportRecord?> edit, CancellationToken cancellationToken);

    /// <summary>All that have not ended or whose content is not known to be deleted, the oldest first.</summary>
    IAsyncEnumerable<ExportRecord> ListKeptAsync(CancellationToken cancellationToken);

    /// <summary>Its content is deleted: it is none of those any more.</summary>
    Task ForgetKeptAsync(ExportRecord export, CancellationToken cancellationToken);
}

/// <summary>An export as it is stored, from its request to its end. Its counts are those of its pages.</summary>
public sealed record ExportRecord
{
    public required string ExportId { get; init; }

    public required ExportState State { get; init; }

    public required ExportSubject What { get; init; }

    public required ImportFormat Format { get; init; }

    /// <summary>Orders of this status only.</summary>
    public string? Status { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public bool IsCancelRequested { get; init; }

    public string? CanceledBy { get; init; }

    public string? CancelReason { get; init; }

    /// <summary>What it came to; set at its end.</summary>
    public ExportTotals? Totals { get; init; }

    /// <summary>From then on nobody is given the content any more; set at its end.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>No row of the content is left.</summary>
    public bool IsContentDeleted { get; init; }
}

internal sealed class ExportStore(StorageTables tables) : IExportStore
{
    private readonly RecordTable<ExportRecord> _records = new(tables.Imports, new(
        ExportRows.List,
        ExportRows.Head,
        ExportRows.ExportId,
        export => export.ExportId,
        export => export.CreatedAt,
        export => EnumNames.Of(export.State)));

    public async Task CreateAsync(ExportRecord export, CancellationToken cancellationToken)
    {
        // First of all: an export that this list does not show would be kept for ever.
        var kept = new TableEntity(ExportRows.Kept, KeptKey(export)) { [ExportRows.ExportId] = export.ExportId };
        await tables.Imports.UpsertEntityAsync(kept, TableUpdateMode.Replace, cancellationToken);
        await _records.CreateAsync(export, cancellationToken);
    }

    public Task<ExportRecord?> GetAsync(string exportId, CancellationToken cancellationToken) => _records.GetAsync(exportId, cancellationToken);

    public Task<Page<ExportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken) =>
        _records.ListAsync(limit, token, cancellationToken);

    public Task<ExportRecord?> EditAsync(
        string exportId, Func<ExportRecord, ExportRecord?> edit, CancellationToken cancellationToken) =>
        _records.EditAsync(exportId, edit, cancellationToken);

    public async IAsyncEnumerable<ExportRecord> ListKeptAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ExportRows.Kept}");
        await foreach (var row in tables.Imports.QueryAsync<TableEntity>(filter, 1_000, cancellationToken: cancellationToken))
        {
            // A request that was cut off between the two rows leaves one that leads nowhere.
            if (await GetAsync(row.GetString(ExportRows.ExportId)!, cancellationToken) is { } export)
            {
                yield return export;
            }
        }
    }

    public Task ForgetKeptAsync(ExportRecord export, CancellationToken cancellationToken) =>
        tables.Imports.DeleteEntityAsync(ExportRows.Kept, KeptKey(export), ETag.All, cancellationToken);

    private static string KeptKey(ExportRecord export) => $"{RowKeys.Ticks(export.CreatedAt.UtcTicks)}|{export.ExportId}";
}
