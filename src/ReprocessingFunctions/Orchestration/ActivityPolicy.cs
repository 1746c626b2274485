namespace ReprocessingFunctions.Orchestration;

/// <summary>How often an activity is called and how long one call may take. Waits double from one second up to thirty.</summary>
/// <param name="Timeout">Of the work itself, from its beginning.</param>
internal sealed record ActivityPolicy(TimeSpan Timeout, int Attempts = 3)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>From the call to its answer: it may wait for a free worker, for as long as a full hub makes it wait.</summary>
    public TimeSpan AnswerLimit => 10 * Timeout;

    /// <summary>The wait after the n-th failed attempt, n from one.</summary>
    public static TimeSpan WaitAfter(int attempt)
    {
        var seconds = FirstWait.TotalSeconds * Math.Pow(2, attempt - 1);
        return seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait;
    }
}
