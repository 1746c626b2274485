namespace Reprocessing.Storage.DeadLetters;

/// <summary>The queue as it is read; what is done with it is <see cref="IDeadLetterCommands"/>.</summary>
public interface IDeadLetters
{
    Task<FoundDeadLetter?> GetAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>An answer for each id, in the order given; null when there is no such order.</summary>
    Task<IReadOnlyList<OrderDeadLetter?>> FindAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>Newest first over all shards; a page is as full as there are matches.</summary>
    Task<Page<DeadLetterEntry>> ListAsync(DeadLetterQuery query, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>All of them, newest first, read as they are taken: a queue of any size passes through.</summary>
    IAsyncEnumerable<DeadLetterEntry> ReadAsync(DeadLetterQuery query, CancellationToken cancellationToken);
}

/// <param name="Tag">Opaque; another one once the entry was written again.</param>
public sealed record FoundDeadLetter(DeadLetterEntry Entry, string Tag);

public sealed record OrderDeadLetter(string OrderId, DeadLetterEntry? Entry);

public sealed record DeadLetterQuery
{
    public DeadLetterScope Scope { get; init; } = DeadLetterScope.Unresolved;

    /// <summary>Null for all of the scope. An order's input is its payload, and read only where nothing else decides.</summary>
    public FilterPredicate? Filter { get; init; }
}

public sealed record DeadLetterScope
{
    private DeadLetterScope(string? condition) => Condition = condition;

    public static DeadLetterScope Unresolved { get; } = new("Resolution eq ''");

    public static DeadLetterScope Resolved { get; } = new("Resolution ne ''");

    public static DeadLetterScope Any { get; } = new(condition: null);

    internal string? Condition { get; }

    public static DeadLetterScope Of(DeadLetterResolution resolution) =>
        new(TableClient.CreateQueryFilter($"Resolution eq {EnumNames.Of(resolution)}"));
}

internal sealed class DeadLetterStore(StorageTables tables, PayloadFilter payloads, ILogger<DeadLetterStore> logger) : IDeadLetters
{
    private const int StreamPageSize = 100;
    private const int ReadsAtOnce = 16;

    public async Task<FoundDeadLetter?> GetAsync(string orderId, CancellationToken cancellationToken)
    {
        var (_, stored) = await DeadLetterReader.ReadAsync(tables, orderId, cancellationToken);
        return stored is null ? null : new(stored.Entry, stored.ETag.ToString());
    }

    public async Task<IReadOnlyList<OrderDeadLetter?>> FindAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken)
    {
        var found = await orderIds.SelectParallelAsync(ReadsAtOnce, (id, token) => DeadLetterReader.ReadAsync(tables, id, token), cancellationToken);
        return [.. orderIds.Zip(found, (id, one) => one.Order is null ? null : new OrderDeadLetter(id, one.Letter?.Entry))];
    }

    public Task<Page<DeadLetterEntry>> ListAsync(DeadLetterQuery query, int limit, string? token, CancellationToken cancellationToken)
    {
        var pageSize = TableReads.PageSize(limit, tables.Partitions.Count);
        return ReadAsync(query, TableReads.ParseTimePosition(token), pageSize, limit + 1, cancellationToken).PageAsync(limit);
    }

    public IAsyncEnumerable<DeadLetterEntry> ReadAsync(DeadLetterQuery query, CancellationToken cancellationToken) =>
        ReadAsync(query, after: null, StreamPageSize, PayloadFilter.MaxWindow, cancellationToken).Select(listed => listed.Item);

    private IAsyncEnumerable<(DeadLetterEntry Item, string Position)> ReadAsync(
        DeadLetterQuery query, string? after, int pageSize, int wanted, CancellationToken cancellationToken)
    {
        var rows = tables.Orders.MergeAsync(tables.Ranges(DeadLetterPushdown.Range(query, after)), pageSize, cancellationToken);
        return payloads.Apply(rows.ReadableAsync(DeadLetterRows.Read, logger), query.Filter, wanted, entry => entry.OrderId);
    }
}

/// <summary>The part of a filter that the service can evaluate. It returns every match and perhaps more, so each entry is tested again.</summary>
/// <remarks>Only columns that rows of the first schema have too. The time of the move is in the key, so it bounds the range.</remarks>
internal static class DeadLetterPushdown
{
    private static readonly Dictionary<FilterField, string> Columns = new()
    {
        [DeadLetterFields.OrderId] = "OrderId",
        [DeadLetterFields.CustomerId] = "CustomerId",
        [DeadLetterFields.FailureStatus] = OrderRows.Status,
        [DeadLetterFields.ErrorType] = DeadLetterRows.ErrorType,
        [DeadLetterFields.Fingerprint] = DeadLetterRows.Fingerprint,
        [DeadLetterFields.FailedAt] = DeadLetterRows.FailedAt,
        [DeadLetterFields.Resolution] = DeadLetterRows.Resolution,
    };

    public static string? Condition(FilterPredicate? filter) => FilterCondition.Of(
        // An entry without a resolution has an empty text there.
        filter, Columns, (field, text) => field == DeadLetterFields.Resolution && text == DeadLetterFields.Unresolved ? string.Empty : text);

    public static KeyRange Range(DeadLetterQuery query, string? after)
    {
        var (from, to) = query.Filter is null ? default : FilterPushdown.TimesOf(query.Filter, DeadLetterFields.MovedAt);
        var (first, before) = RowKeys.Between(from, to);
        return new(string.Empty, $"{RowKeys.DeadLetterIndex}|", after, before, FilterCondition.All(query.Scope.Condition, Condition(query.Filter))) { From = first };
    }
}
