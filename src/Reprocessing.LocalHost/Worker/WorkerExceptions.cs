namespace Reprocessing.LocalHost.Worker;

/// <summary>
/// The worker died with the invocation in hand. The Durable extension (3.18.0) looks for this name in the exception's text: it then abandons the
/// message, which is delivered again, in place of failing the instance.
/// </summary>
internal sealed class WorkerProcessExitException(string message) : Exception(message);

/// <summary>The function failed. The Durable extension (3.18.0) takes type, message and stack from this layout.</summary>
internal sealed class FunctionFailedException(StatusResult result)
    : Exception($"Result: {result.Status}\nException: {result.Exception?.Message}\nStack: {result.Exception?.StackTrace}")
{
    public string Reason { get; } = result.Exception?.Message.ReplaceLineEndings(" ") ?? "it did not say why";
}
