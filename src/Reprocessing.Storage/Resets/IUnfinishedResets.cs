namespace Reprocessing.Storage.Resets;

/// <summary>
/// Finds the resets that were begun and are not done, in whichever job: its old run has ended, or is about to, and what the new
/// one needs stands on the job's rows alone.
/// </summary>
public interface IUnfinishedResets
{
    /// <summary>Before the job begins with a workflow: from now on it is looked at.</summary>
    Task OpenAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Ids of the jobs that are looked at.</summary>
    Task<IReadOnlyList<string>> ListJobsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The job is over and nothing of it is unfinished.</summary>
    Task CloseAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Instance ids of the job's workflows whose reset is not done.</summary>
    /// <param name="touchedBefore">Only those that nobody has gone on with since then; null for all.</param>
    Task<IReadOnlyList<string>> ListAsync(string jobId, DateTimeOffset? touchedBefore, CancellationToken cancellationToken);
}
