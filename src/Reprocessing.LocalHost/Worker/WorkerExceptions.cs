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
    public string Reason { get; } = result.Exception?.Message.ReplaceLineEndings(" ") ?? "it did not say why";
}
