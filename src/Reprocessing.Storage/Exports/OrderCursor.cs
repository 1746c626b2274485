namespace Reprocessing.Storage.Exports;

/// <summary>How far a scan of the orders has come.</summary>
/// <param name="Shard">From 0.</param>
/// <param name="After">The last row key that was given; empty at the beginning of a shard.</param>
public sealed record OrderCursor(int Shard, string After)
{
    public static OrderCursor Start { get; } = new(0, string.Empty);
}
