namespace Reprocessing.Domain.Names;

public static class Moments
{
    /// <summary>A table can neither keep an earlier one in a column of its own, nor be asked for it.</summary>
    public static DateTimeOffset Earliest { get; } = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset NoEarlier(DateTimeOffset at) => at < Earliest ? Earliest : at.ToUniversalTime();
}
