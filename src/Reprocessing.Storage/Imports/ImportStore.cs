namespace Reprocessing.Storage.Imports;

/// <summary>An import as it is stored, from its request to its end. Its counts are those of its pages.</summary>
public sealed record ImportRecord : TransferRecord
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

    /// <summary>What it came to; set at its end.</summary>
    public ImportTotals? Totals { get; init; }
}

public sealed class ImportStore(StorageTables tables) : RecordStore<ImportRecord>(tables.Imports, new(
    ImportRows.List,
    ImportRows.Head,
    ImportRows.ImportId,
    import => import.ImportId,
    import => EnumNames.Of(import.State)));
