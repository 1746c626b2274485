using System.Globalization;

namespace Reprocessing.Domain.Jobs;

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
