namespace Reprocessing.Storage.Exports;

public interface IExportStore
{
    Task CreateAsync(ExportRecord record, CancellationToken cancellationToken);

    Task<ExportRecord?> GetAsync(string exportId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<Page<ExportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>Reads, edits and writes under the ETag, again on a conflict; an edit that returns null changes nothing.</summary>
    /// <returns>As it is stored afterwards; null when there is no such export.</returns>
    Task<ExportRecord?> EditAsync(string exportId, Func<ExportRecord, ExportRecord?> edit, CancellationToken cancellationToken);

    /// <summary>All that have not ended or whose content is not known to be deleted, the oldest first.</summary>
    IAsyncEnumerable<ExportRecord> ListKeptAsync(CancellationToken cancellationToken);

    /// <summary>Its content is deleted: it is none of those any more.</summary>
    Task ForgetKeptAsync(ExportRecord export, CancellationToken cancellationToken);
}

/// <summary>An export as it is stored, from its request to its end. Its counts are those of its pages.</summary>
public sealed record ExportRecord : TransferRecord
{
    public required string ExportId { get; init; }

    public required ExportState State { get; init; }

    public required ExportSubject What { get; init; }

    public required ImportFormat Format { get; init; }

    /// <summary>Orders of this status only.</summary>
    public string? Status { get; init; }

    public required string RequestedBy { get; init; }

    /// <summary>What it came to; set at its end.</summary>
    public ExportTotals? Totals { get; init; }

    /// <summary>From then on nobody is given the content any more; set at its end.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>No row of the content is left.</summary>
    public bool IsContentDeleted { get; init; }
}

internal sealed class ExportStore(StorageTables tables) : RecordStore<ExportRecord>(tables.Imports, new(
    ExportRows.List,
    ExportRows.Head,
    ExportRows.ExportId,
    export => export.ExportId,
    export => EnumNames.Of(export.State))), IExportStore
{
    private readonly TableClient _table = tables.Imports;

    public override async Task CreateAsync(ExportRecord record, CancellationToken cancellationToken)
    {
        // First of all: an export that this list does not show would be kept for ever.
        var kept = new TableEntity(ExportRows.Kept, KeptKey(record)) { [ExportRows.ExportId] = record.ExportId };
        await _table.UpsertEntityAsync(kept, TableUpdateMode.Replace, cancellationToken);
        await base.CreateAsync(record, cancellationToken);
    }

    /// <remarks>A request that was cut off between the two rows leaves one that leads nowhere.</remarks>
    public IAsyncEnumerable<ExportRecord> ListKeptAsync(CancellationToken cancellationToken) => _table
        .ReadAsync(new(ExportRows.Kept, string.Empty), cancellationToken)
        .Select(async (row, cancelled) => await GetAsync(row.GetString(ExportRows.ExportId)!, cancelled))
        .OfType<ExportRecord>();

    public Task ForgetKeptAsync(ExportRecord export, CancellationToken cancellationToken) =>
        _table.DeleteEntityAsync(ExportRows.Kept, KeptKey(export), ETag.All, cancellationToken);

    private static string KeptKey(ExportRecord export) => $"{RowKeys.Ticks(export.CreatedAt.UtcTicks)}|{export.ExportId}";
}
