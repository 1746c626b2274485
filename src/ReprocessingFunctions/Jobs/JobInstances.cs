using System.Globalization;
using ReprocessingFunctions.Runs;

namespace ReprocessingFunctions.Jobs;

/// <summary>Ids of a job's orchestrations. A second attempt has an id, and so a history, of its own.</summary>
internal static class JobInstances
{
    /// <summary>Of the child, in all.</summary>
    public const int Attempts = 2;

    /// <summary>The instance that a job or run was started as.</summary>
    public static string Parent(string jobId) => IsRun(jobId) ? RunStarter.InstanceId : jobId;

    /// <summary>The instances that do the work, the newest first. Not all of them need exist.</summary>
    public static IEnumerable<string> Children(string jobId) => Enumerable.Range(1, Attempts).Reverse().Select(attempt => Child(jobId, attempt));

    public static string Child(string jobId, int attempt) =>
        IsRun(jobId) ? RunIds.Child(jobId, attempt)
        : attempt == 1 ? $"{jobId}-slices"
        : string.Create(CultureInfo.InvariantCulture, $"{jobId}-slices-attempt-{attempt}");

    private static bool IsRun(string jobId) => RunIds.TryGetStart(jobId, out _);
}
