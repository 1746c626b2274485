namespace Embedded.DurableTask.Hosting;

/// <summary>Why the hub refused a request.</summary>
internal enum TaskHubError
{
    /// <summary>No such instance.</summary>
    NotFound,

    /// <summary>The instance has ended.</summary>
    NotRunning,

    /// <summary>A start met an instance of the same id whose status forbids it.</summary>
    AlreadyExists,

    /// <summary>The payload does not fit into a row.</summary>
    TooLarge,

    /// <summary>This host has stopped or has lost the hub to another one.</summary>
    Unavailable,
}

internal sealed class TaskHubException(TaskHubError error, string message, Exception? innerException = null)
    : InvalidOperationException(message, innerException)
{
    public TaskHubError Error { get; } = error;
}
