namespace Reprocessing.Domain.Jobs;

[JsonConverter(typeof(EnumNameConverter<JobOperation>))]
public enum JobOperation
{
    /// <summary>The scheduled run: restart due orders, dead-letter those without retries left.</summary>
    Reprocess,

    Retry,

    /// <summary>Close dead letters without a restart.</summary>
    Resolve,

    Purge,
    Reset,

    /// <summary>Restart orders that failed, without waiting for their time.</summary>
    Restart,

    DeadLetter,
    Cancel,
}

/// <summary>Options that have an effect only in a job that waits for outcomes: in any other, an item is done once its workflow is started.</summary>
public static class WaitingOptions
{
    public const string MaxRetries = "maxRetries";
    public const string RetryStrategy = "retryStrategy";
    public const string TimeoutPerItemSeconds = "timeoutPerItemSeconds";

    /// <summary>A retry or restart waits for the outcomes of its orders unless it says otherwise; it is asked for because they failed.</summary>
    public static bool WaitsForOutcome(this JobOperation operation, bool? said) => said ?? operation is JobOperation.Retry or JobOperation.Restart;

    /// <param name="ramp">A ramp waits for the outcomes of its steps.</param>
    public static IReadOnlyList<string> WithoutEffect(Func<string, bool> isSaid, bool waitForOutcome, IReadOnlyList<int>? ramp) =>
        waitForOutcome || ramp is { Count: > 0 } ? [] : [.. new[] { MaxRetries, RetryStrategy, TimeoutPerItemSeconds }.Where(isSaid)];
}

/// <summary>A plan and its job share a key, and so a partition. A run has no plan; its id is its key.</summary>
public static class JobIds
{
    private const string PlanPrefix = "plan-";
    private const string JobPrefix = "job-";

    /// <summary>Sorts by time; the suffix, random or from a request's key, makes it hard to guess.</summary>
    public static string NewKey(DateTimeOffset now, string chance) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd-HHmmss-fff}-{chance}");

    public static string Plan(string key) => PlanPrefix + key;

    public static string Job(string key) => JobPrefix + key;

    public static string KeyOf(string id) =>
        id.StartsWith(PlanPrefix, StringComparison.Ordinal) ? id[PlanPrefix.Length..]
        : id.StartsWith(JobPrefix, StringComparison.Ordinal) ? id[JobPrefix.Length..]
        : id;
}
