namespace Reprocessing.Domain.Jobs;

/// <summary>What a job does with each of its items.</summary>
[JsonConverter(typeof(EnumNameConverter<JobOperation>))]
public enum JobOperation
{
    /// <summary>The scheduled run: restart due orders, dead-letter those that have used up their retries.</summary>
    Reprocess,

    /// <summary>Take dead letters up anew.</summary>
    Retry,

    /// <summary>Close dead letters without a restart: cancelled or escalated.</summary>
    Resolve,

    /// <summary>Delete dead-letter entries.</summary>
    Purge,

    /// <summary>Run workflows again from an earlier point.</summary>
    Reset,
}

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

/// <summary>
/// A plan and the job that applies it share a key, and so a partition: <c>plan-{key}</c>, <c>job-{key}</c>. A run is a job without
/// a plan; its id is its key.
/// </summary>
public static class JobIds
{
    private const string PlanPrefix = "plan-";
    private const string JobPrefix = "job-";

    /// <summary>Sorts by time and is hard to guess wrong: the moment and eight characters of chance or of a request's key.</summary>
    public static string NewKey(DateTimeOffset now, string chance) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd-HHmmss-fff}-{chance}");

    public static string Plan(string key) => PlanPrefix + key;

    public static string Job(string key) => JobPrefix + key;

    public static string KeyOf(string id) =>
        id.StartsWith(PlanPrefix, StringComparison.Ordinal) ? id[PlanPrefix.Length..]
        : id.StartsWith(JobPrefix, StringComparison.Ordinal) ? id[JobPrefix.Length..]
        : id;
}
