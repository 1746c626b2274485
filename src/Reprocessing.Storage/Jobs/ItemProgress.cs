using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.Jobs;

/// <summary>
/// What an item becomes by a result. Results may come twice and late, from an activity that was believed dead: an item that has
/// ended stays as it ended, and what is running is not pending again.
/// </summary>
internal static class ItemProgress
{
    /// <returns>Null when the result is no news.</returns>
    public static JobItem? After(JobItem stored, ItemResult result, DateTimeOffset now)
    {
        if (result.State == ItemState.Pending || stored.State is not (ItemState.Pending or ItemState.Running))
        {
            return null;
        }

        var isNewStart = result.WorkflowId is { } workflowId && workflowId != stored.WorkflowId;
        if (result.State == ItemState.Running && stored.State == ItemState.Running && !isNewStart)
        {
            return null;
        }

        var isFailed = result.State == ItemState.Failed;
        return stored with
        {
            State = result.State,
            Reason = result.Reason,
            Message = result.Message,
            WorkflowId = result.WorkflowId ?? stored.WorkflowId,
            Attempts = stored.Attempts + (isNewStart ? 1 : 0),
            Group = stored.Group ?? result.Fingerprint,
            Fingerprint = isFailed ? result.Fingerprint ?? stored.Group : stored.Fingerprint,
            Outcome = stored.Outcome ?? (result.WorkflowId is null ? null : BusinessOutcome.Running),
            UpdatedAt = now,
        };
    }
}
