namespace Reprocessing.Domain.Jobs;

/// <summary>How many items go into an activity call and into a slice. What is begun is finished, so small is quick to stop.</summary>
/// <param name="ChunkSize">The most items of one call.</param>
/// <param name="MaxUnderWay">The most items in all calls at once; null does not bound them.</param>
/// <param name="MaxSlice">The most items of a generation.</param>
public sealed record SliceSizes(int ChunkSize, int? MaxUnderWay = null, int MaxSlice = SliceSizes.Slice)
{
    /// <summary>Both bound the history of one generation of the orchestration.</summary>
    public const int Slice = 1_000;
    public const int MaxChunks = 60;

    /// <summary>Items that a job has in its hands at once.</summary>
    public const int JobUnderWay = 100;

    /// <summary>With a rate, a quarter of a second's items: the pauses between calls then carry it evenly.</summary>
    public int Chunk(Pace pace)
    {
        var size = MaxUnderWay is { } most ? Math.Min(ChunkSize, most / pace.Parallelism) : ChunkSize;
        return Math.Max(1, pace.ItemsPerSecond is { } rate ? (int)Math.Min(size, rate / 4) : size);
    }

    /// <summary>Never more than can be begun in a third of the time for which its items are reserved.</summary>
    /// <param name="waits">Each item is waited for, so that the slice goes as its items end.</param>
    public int Limit(Pace pace, bool waits, TimeSpan reservation)
    {
        double size = Math.Min(MaxSlice, MaxChunks * Chunk(pace));
        if (waits)
        {
            size = Math.Min(size, 4 * pace.Parallelism);
        }

        if (pace.ItemsPerSecond is { } rate)
        {
            size = Math.Min(size, rate * reservation.TotalSeconds / 3);
        }

        return Math.Max(1, (int)size);
    }
}

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
