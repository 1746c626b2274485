namespace Microsoft.DurableTask;

/// <summary>Thrown to an orchestrator that awaits an activity or sub-orchestration which failed.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : this(taskName, taskId, TaskFailureDetails.FromException(innerException), innerException)
    {
    }

    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : this(taskName, taskId, failureDetails, null)
    {
    }

    internal TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails, Exception? innerException)
        : base(MessageOf(taskName, taskId, failureDetails), innerException)
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    public string TaskName { get; }

    /// <summary>The event id of the attempt that failed, counted from zero over the whole execution.</summary>
    public int TaskId { get; }

    public TaskFailureDetails FailureDetails { get; }

    /// <summary>Another attempt cannot help; no policy or handler is asked.</summary>
    internal bool IsNonRetriable { get; init; }

    private static string MessageOf(string taskName, int taskId, TaskFailureDetails failureDetails)
    {
        ArgumentNullException.ThrowIfNull(failureDetails);
        return $"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failureDetails.ErrorMessage}";
    }
}
