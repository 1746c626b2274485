namespace Reprocessing.Domain.Jobs;

/// <summary>How many items an activity call and a slice take. A started chunk is finished, so small chunks stop quickly.</summary>
public sealed record SliceSizes(int ChunkSize, int? MaxUnderWay = null, int MaxSlice = SliceSizes.Slice)
{
    /// <summary>Both bound the history of one generation.</summary>
    public const int Slice = 1_000;
    public const int MaxChunks = 60;
    public const int JobUnderWay = 100;

    /// <summary>With a rate, a quarter of a second's items, so that the pauses between calls keep the rate even.</summary>
    public int Chunk(Pace pace)
    {
        var size = MaxUnderWay is { } most ? Math.Min(ChunkSize, most / pace.Parallelism) : ChunkSize;
        return Math.Max(1, pace.ItemsPerSecond is { } rate ? (int)Math.Min(size, rate / 4) : size);
    }

    /// <summary>Never more than can begin in a third of the time for which items are reserved.</summary>
    public int Limit(Pace pace, bool waits, TimeSpan reservation)
    {
        double size = new[] { MaxSlice, MaxChunks * Chunk(pace), waits ? 4 * pace.Parallelism : MaxSlice }.Min();
        return Math.Max(1, (int)(pace.ItemsPerSecond is { } rate ? Math.Min(size, rate * reservation.TotalSeconds / 3) : size));
    }
}

/// <summary>An item as the orchestration carries it: ids only, never payloads.</summary>
/// <param name="ExpectedVersion">Written by the selector and read by the action: an order's version or a due row's key.</param>
public sealed record ItemRef(string Id, string ExpectedVersion, int Attempt = 1);

public sealed record ItemChunk(IReadOnlyList<ItemRef> Items);

public sealed record ItemSlice(int Count, IReadOnlyList<ItemChunk> Chunks, string? Cursor);
