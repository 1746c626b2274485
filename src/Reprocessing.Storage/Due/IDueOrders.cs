using Reprocessing.Domain.Decisions;

namespace Reprocessing.Storage.Due;

/// <summary>What may be restarted or dead-lettered now.</summary>
public interface IDueOrders
{
    Task<DueSlice> QueryAsync(DueQuery query, CancellationToken cancellationToken);

    /// <summary>Orders due now, counted no further than <paramref name="atMost"/>.</summary>
    Task<int> CountAsync(ReprocessingRule rule, int atMost, CancellationToken cancellationToken);
}

/// <param name="Limit">The size of the slice.</param>
/// <param name="ChunkSize">Orders a chunk, at most.</param>
/// <param name="Cursor">Of the slice before; null for the first. What lies before it is never given again in this run.</param>
public sealed record DueQuery(ReprocessingRule Rule, int Limit, int ChunkSize, string? Cursor = null);

/// <summary>The oldest due orders. Small: it goes into an orchestration's history.</summary>
/// <param name="Chunks">Each with orders of few shards, so that a transaction carries many.</param>
/// <param name="Cursor">Opaque; for the next slice.</param>
public sealed record DueSlice(int Count, IReadOnlyList<DueChunk> Chunks, string? Cursor);

public sealed record DueChunk(IReadOnlyList<DueOrder> Orders);

/// <param name="DueTicks">UTC ticks; with the lane and the id the key of the due row.</param>
/// <param name="IsPermanent">In the lane of failures that are retried only when asked for.</param>
public sealed record DueOrder(string OrderId, long DueTicks, bool IsPermanent = false);
