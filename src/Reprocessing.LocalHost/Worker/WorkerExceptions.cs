using System.Text.Json;
using System.Text.Json.Nodes;

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
    /// <summary>One line for people.</summary>
    public string Reason { get; } = ReasonOf(result.Exception?.Message ?? "it did not say why");

    private static string ReasonOf(string message)
    {
        try
        {
            // The worker's Durable extension (1.21.1) puts an activity's exception into its message as JSON.
            if (message.StartsWith('{') && JsonNode.Parse(message) is JsonObject json && json["errorMessage"] is { } text)
            {
                message = text.ToString();
            }
        }
        catch (JsonException)
        {
            // A message of the app's own that looks like it.
        }

        // Workers put the stack into the message as well.
        return message.Split('\n')[0].Trim();
    }
}
