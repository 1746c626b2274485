namespace Reprocessing.Storage.Transfers;

public abstract record TransferRecord
{
    public required string Id { get; init; }

    public required TransferState State { get; init; }

    public required ImportFormat Format { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? Error { get; init; }

    public bool IsCancelRequested { get; init; }

    public string? CanceledBy { get; init; }

    public string? CancelReason { get; init; }

    /// <summary>From then on nobody is given its content any more; set at its end.</summary>
    public DateTimeOffset? KeptUntil { get; init; }
}

public interface ITransferKind
{
    static abstract string Kind { get; }
}

public sealed record ImportRecord : TransferRecord, ITransferKind
{
    public static string Kind => "import";

    public required ImportMode Mode { get; init; }

    /// <summary>Below the folder for imports; null of an upload.</summary>
    public string? Path { get; init; }

    public string? RequestedBy { get; init; }

    /// <summary>Bytes; what is added to a file later is not read.</summary>
    public long Length { get; init; }

    public string? Header { get; init; }

    public RecordCursor First { get; init; } = RecordCursor.Start;

    public ImportTotals? Totals { get; init; }
}

public sealed record ExportRecord : TransferRecord, ITransferKind
{
    public static string Kind => "export";

    public required ExportSubject What { get; init; }

    public string? Status { get; init; }

    public required string RequestedBy { get; init; }

    public ExportTotals? Totals { get; init; }
}

/// <summary>
/// Imports or exports. A record is the head of a partition of table <c>Imports</c>; two more partitions list all of a kind, by inverted time, and the open ones, by time.
/// <list type="table">
/// <item><term>import, export</term><description>the record</description></item>
/// <item><term>g|{page}</term><description>a page: how far it is and, once it is done, what it came to</description></item>
/// </list>
/// </summary>
public sealed class TransferStore<T>(StorageTables tables)
    where T : TransferRecord, ITransferKind
{
    internal static readonly string All = T.Kind + "s";

    /// <summary>The partition that lists those that have not ended or whose content may still be there.</summary>
    internal static readonly string Open = T.Kind + "s-open";

    private readonly TableClient _table = tables.Imports;

    public async Task CreateAsync(T record, CancellationToken cancellationToken)
    {
        // The lists first: a row that leads nowhere is passed over, but what no list shows would be kept for ever and never be seen.
        await _table.UpsertEntityAsync(new TableEntity(Open, OpenKey(record)) { ["Id"] = record.Id }, TableUpdateMode.Replace, cancellationToken);
        await _table.UpsertEntityAsync(new TableEntity(All, ListKey(record)) { ["Id"] = record.Id }, TableUpdateMode.Replace, cancellationToken);
        await _table.UpsertEntityAsync(HeadRow(record), TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<T?> GetAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } row ? StorageJson.Read<T>(row) : null;

    public async Task<Page<T>> ListAsync(int limit, string? token, CancellationToken cancellationToken) => await _table
        .ReadAsync(new(All, string.Empty, TableReads.ParseTimePosition(token)), cancellationToken, limit + 1)
        .Select(async (row, cancelled) => (Record: await GetAsync(row.GetString("Id")!, cancelled), row.RowKey))
        .Where(found => found.Record is not null)
        .Select(found => (found.Record!, found.RowKey))
        .PageAsync(limit);

    /// <summary>All that have not ended or whose content may still be there, the oldest first.</summary>
    public IAsyncEnumerable<T> ListOpenAsync(CancellationToken cancellationToken) => _table
        .ReadAsync(new(Open, string.Empty), cancellationToken)
        .Select(async (row, cancelled) => await GetAsync(row.GetString("Id")!, cancelled))
        .OfType<T>();

    /// <summary>See <see cref="IJobStore.EditAsync"/>.</summary>
    public Task<T?> EditAsync(string id, Func<T, T?> edit, CancellationToken cancellationToken) =>
        _table.EditAsync(() => ReadAsync(id, cancellationToken), edit, HeadRow, cancellationToken);

    /// <summary>It has ended and its content is deleted: it is none of the open ones any more.</summary>
    public Task CloseAsync(T record, CancellationToken cancellationToken) =>
        _table.DeleteEntityAsync(Open, OpenKey(record), ETag.All, cancellationToken);

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await GetAsync(id, cancellationToken) is { } record)
        {
            // The other way round than it was made, for the same reason.
            await _table.DeleteEntityAsync(id, T.Kind, ETag.All, cancellationToken);
            await _table.DeleteEntityAsync(All, ListKey(record), ETag.All, cancellationToken);
            await CloseAsync(record, cancellationToken);
        }
    }

    /// <summary>The key among the open ones of one that has the key in the list of all.</summary>
    internal static string OpenKeyOf(string listKey) => RowKeys.Ticks(DateTimeOffset.MaxValue.UtcTicks - long.Parse(listKey.AsSpan(0, 19), CultureInfo.InvariantCulture)) + listKey[19..];

    private static string ListKey(T record) => $"{RowKeys.Ticks(RowKeys.Inverted(record.CreatedAt))}|{record.Id}";

    private static string OpenKey(T record) => $"{RowKeys.Ticks(record.CreatedAt.UtcTicks)}|{record.Id}";

    private static TableEntity HeadRow(T record) => new TableEntity(record.Id, T.Kind)
    {
        ["State"] = EnumNames.Of(record.State),
        ["CreatedAt"] = record.CreatedAt,
    }.WithJson(record);

    /// <summary>The id comes from an address, and the service refuses to look for what can be no key.</summary>
    private async Task<TableEntity?> ReadAsync(string id, CancellationToken cancellationToken) =>
        Identifiers.Problem(id) is null ? await _table.FindAsync(id, T.Kind, cancellationToken) : null;
}

internal static class PageRows
{
    public const int LeftOutPages = 10;

    private const string Prefix = "g|";

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D7}");

    public static int NumberOf(TableEntity row) => int.Parse(row.RowKey.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    public static KeyRange Range(string id, string? condition = null) => new(id, Prefix, Condition: condition);
}
