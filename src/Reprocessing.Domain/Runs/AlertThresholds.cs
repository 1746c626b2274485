namespace Reprocessing.Domain.Runs;

public sealed record AlertThresholds
{
    /// <summary>More dead letters than this in one run.</summary>
    public int DeadLetters { get; init; } = 10;

    /// <summary>A larger share of the found orders than this ended in an error; 0.05 is 5 %.</summary>
    public double ErrorShare { get; init; } = 0.05;

    /// <summary>So many runs in a row found as many orders as they may.</summary>
    public int FullRuns { get; init; } = 3;

    /// <summary>More orders than this are still due after the run.</summary>
    public int Backlog { get; init; } = 100;
}
