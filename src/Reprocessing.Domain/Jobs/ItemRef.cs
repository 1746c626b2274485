namespace Reprocessing.Domain.Jobs;

/// <summary>One item of a job, as its orchestration carries it: ids only, never payloads.</summary>
/// <param name="Id">The order's id (or the workflow's, where workflows are the items).</param>
/// <param name="Seen">
/// What the selection saw of the item, written by the selector and read by the action alone: an order's version, a due row's key.
/// </param>
public sealed record ItemRef(string Id, string Seen)
{
    /// <summary>Which go of this job at the item it is: 1 is the first.</summary>
    public int Attempt { get; init; } = 1;
}

/// <summary>The items of one activity call.</summary>
public sealed record ItemChunk(IReadOnlyList<ItemRef> Items);

/// <summary>The items of one generation of the slice orchestrator.</summary>
/// <param name="Count">Items in all chunks.</param>
/// <param name="Cursor">Opaque; for the next slice.</param>
public sealed record ItemSlice(int Count, IReadOnlyList<ItemChunk> Chunks, string? Cursor);
