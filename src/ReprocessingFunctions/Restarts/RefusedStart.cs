namespace ReprocessingFunctions.Restarts;

internal static class RefusedStart
{
    /// <summary>What was decided stands; that nobody has taken the start over yet is told.</summary>
    public static ItemResult NotStarted(this ItemResult result) => result with
    {
        State = ItemState.Failed,
        Reason = ItemReasons.NotStarted,
        Message = $"The start of {result.WorkflowId} was not accepted. The order waits for it as pending_retry; it is tried again under the same id.",
    };
}
