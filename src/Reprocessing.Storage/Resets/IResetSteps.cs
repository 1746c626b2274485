using Reprocessing.Storage.Jobs;

namespace Reprocessing.Storage.Resets;

/// <summary>
/// How far the reset of a workflow is that keeps its instance id, so that whoever goes on after a crash does nothing twice: its
/// old run's history is gone as soon as the new one exists. Every write is guarded by what was read, so that of two executions of
/// one activity the later to write stops.
/// </summary>
public interface IResetSteps
{
    /// <returns>Null when the job has not begun with this workflow.</returns>
    Task<StoredResetStep?> ReadAsync(string jobId, string instanceId, CancellationToken cancellationToken);

    /// <param name="stored">Null when it is the first step.</param>
    /// <exception cref="PreconditionFailedException">Somebody else has gone on.</exception>
    Task<StoredResetStep> WriteAsync(string jobId, StoredResetStep? stored, ResetStep step, CancellationToken cancellationToken);

    /// <summary>Keeps events together with the step, which counts them; they take the place of those kept before.</summary>
    /// <exception cref="PreconditionFailedException">Somebody else has gone on.</exception>
    Task<StoredResetStep> CaptureAsync(
        string jobId, StoredResetStep? stored, ResetStep step, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken);

    /// <summary>The events that the step counts, in the order in which they had come.</summary>
    Task<IReadOnlyList<CapturedEvent>> ReadEventsAsync(string jobId, ResetStep step, CancellationToken cancellationToken);
}

/// <param name="ETag">Opaque.</param>
public sealed record StoredResetStep(ResetStep Step, string ETag);

/// <summary>An event that a workflow had received.</summary>
/// <param name="Input">As JSON; null for none.</param>
public sealed record CapturedEvent(string Name, string? Input = null);
