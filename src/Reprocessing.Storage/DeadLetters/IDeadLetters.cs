using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Filters;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>The queue as it is read; what is done with it is <see cref="IDeadLetterActions"/>.</summary>
public interface IDeadLetters
{
    /// <summary>Null when the order has no entry.</summary>
    Task<FoundDeadLetter?> GetAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>An answer for each id, in the order given; null when there is no such order.</summary>
    Task<IReadOnlyList<OrderDeadLetter?>> FindAsync(IReadOnlyList<string> orderIds, CancellationToken cancellationToken);

    /// <summary>Newest first over all shards; a page is as full as there are matches.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<DeadLetterEntry>> ListAsync(DeadLetterQuery query, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>All of them, newest first, read as they are taken: a queue of any size passes through.</summary>
    IAsyncEnumerable<DeadLetterEntry> ReadAsync(DeadLetterQuery query, CancellationToken cancellationToken);
}

/// <param name="Tag">Opaque; another one once the entry was written again.</param>
public sealed record FoundDeadLetter(DeadLetterEntry Entry, string Tag);

/// <param name="Entry">Null when the order has none.</param>
public sealed record OrderDeadLetter(string OrderId, DeadLetterEntry? Entry);

/// <summary>Which entries.</summary>
public sealed record DeadLetterQuery
{
    public DeadLetterScope Scope { get; init; } = DeadLetterScope.Unresolved;

    /// <summary>Null for all of the scope. An order's input is its payload, and read only where nothing else decides.</summary>
    public FilterPredicate? Filter { get; init; }
}
