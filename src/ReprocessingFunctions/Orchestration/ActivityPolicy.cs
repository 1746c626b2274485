namespace ReprocessingFunctions.Orchestration;

/// <summary>How often an activity is called and how long one call may take. Waits double from one second up to thirty.</summary>
internal sealed record ActivityPolicy(TimeSpan Timeout, int Attempts = 3)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>The wait after the n-th failed attempt, n from one.</summary>
    public static TimeSpan WaitAfter(int attempt)
    {
        var seconds = FirstWait.TotalSeconds * Math.Pow(2, attempt - 1);
        return seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait;
    }
}
