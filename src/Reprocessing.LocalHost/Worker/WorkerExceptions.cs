namespace Reprocessing.LocalHost.Worker;

/// <summary>
/// The worker died with the invocation in hand. The Durable extension (3.18.0) looks for this type's name: it abandons the message of an
/// orchestrator, which is delivered again. An activity or an entity's operation it fails, here as on the real host, and retry policies are for that.
/// </summary>
internal sealed class WorkerProcessExitException(string message) : Exception(message);

/// <summary>The function failed. The Durable extension (3.18.0) takes type, message and stack from this layout.</summary>
internal sealed class FunctionFailedException(StatusResult result)
    : Exception($"Result: {result.Status}\nException: {result.Exception?.Message}\nStack: {result.Exception?.StackTrace}")
{
    /// <summary>The first line: workers put the stack into the message as well.</summary>
    public string Reason { get; } = result.Exception?.Message.Split('\n')[0].Trim() ?? "it did not say why";
}
