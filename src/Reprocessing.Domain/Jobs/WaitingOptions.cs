namespace Reprocessing.Domain.Jobs;

/// <summary>
/// Options of a retry that say how its items are tried again and how long they may take. A job that waits for no outcome has done an
/// item once its workflow is started: there is nothing to try again or to wait for.
/// </summary>
public static class WaitingOptions
{
    public const string MaxRetries = "maxRetries";
    public const string RetryStrategy = "retryStrategy";
    public const string TimeoutPerItemSeconds = "timeoutPerItemSeconds";

    /// <param name="isSaid">Whether an option of that name was given.</param>
    /// <param name="ramp">A ramp waits for the items of its steps.</param>
    /// <returns>The options that were given and do nothing.</returns>
    public static IReadOnlyList<string> WithoutEffect(Func<string, bool> isSaid, bool waitForOutcome, IReadOnlyList<int>? ramp) =>
        waitForOutcome || ramp is { Count: > 0 } ? [] : [.. new[] { MaxRetries, RetryStrategy, TimeoutPerItemSeconds }.Where(isSaid)];
}
