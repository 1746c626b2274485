namespace Reprocessing.Storage.Imports;

/// <summary>An import as it is stored, from its request to its end. Its counts are those of its pages.</summary>
public sealed record ImportRecord
{
    public required string ImportId { get; init; }

    public required ImportState State { get; init; }

    public required ImportFormat Format { get; init; }

    public required ImportMode Mode { get; init; }

    /// <summary>Below the folder for imports; null of an upload.</summary>
    public string? Path { get; init; }

    /// <summary>Bytes; what is added to a file later is not read.</summary>
    public long Length { get; init; }

    /// <summary>The header row of a CSV.</summary>
    public string? Header { get; init; }

    /// <summary>Where the first record begins.</summary>
    public RecordCursor First { get; init; } = RecordCursor.Start;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public bool IsCancelRequested { get; init; }

    public string? CanceledBy { get; init; }

    public string? CancelReason { get; init; }

    /// <summary>What it came to; set at its end.</summary>
    public ImportTotals? Totals { get; init; }
}

public sealed class ImportStore(StorageTables tables)
{
    private readonly RecordTable<ImportRecord> _records = new(tables.Imports, new(
        ImportRows.List,
        ImportRows.Head,
        ImportRows.ImportId,
        import => import.ImportId,
        import => import.CreatedAt,
        import => EnumNames.Of(import.State)));

    public Task CreateAsync(ImportRecord import, CancellationToken cancellationToken) => _records.CreateAsync(import, cancellationToken);

    public Task<ImportRecord?> GetAsync(string importId, CancellationToken cancellationToken) => _records.GetAsync(importId, cancellationToken);

    /// <summary>Newest first.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    public Task<Page<ImportRecord>> ListAsync(int limit, string? token, CancellationToken cancellationToken) =>
        _records.ListAsync(limit, token, cancellationToken);

    /// <summary>
    /// Reads, edits, writes under the ETag, and again when somebody was quicker; an edit that answers null changes nothing.
    /// </summary>
    /// <returns>As it is stored afterwards; null when there is no such import.</returns>
    public Task<ImportRecord?> EditAsync(
        string importId, Func<ImportRecord, ImportRecord?> edit, CancellationToken cancellationToken) =>
        _records.EditAsync(importId, edit, cancellationToken);

    /// <summary>Of one that never began: its listing goes with it.</summary>
    public Task DeleteAsync(string importId, CancellationToken cancellationToken) => _records.DeleteAsync(importId, cancellationToken);
}
