using System.Text.Encodings.Web;
using System.Text.Json;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using CoreTaskFailedException = DurableTask.Core.Exceptions.TaskFailedException;

namespace Embedded.DurableTask.Engine;

/// <summary>Recorded failures as the exceptions that the platform would throw, and failures that are the engine's own.</summary>
internal static class TaskFailures
{
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TaskFailedException Create(PendingTask task, FailureRecord failure)
    {
        // The platform leaves its core exception inside for activities only.
        var inner = task.Kind == PendingKind.Activity
            ? new CoreTaskFailedException($"Task '{task.Name}' (#{task.Id}) failed with an unhandled exception: {failure.ErrorMessage}")
            : null;
        return new TaskFailedException(task.Name, task.Id, failure.ToDetails(), inner) { IsNonRetriable = failure.IsNonRetriable };
    }

    /// <summary>The platform reports no type for an activity that it does not find.</summary>
    public static FailureRecord MissingActivity(string name) => new(
        "(unknown)", $"The function '{name}' doesn't exist, is disabled, or is not an activity function.");

    /// <summary>The output of such an instance is the platform's error document.</summary>
    public static OrchestrationEnding.Failed MissingOrchestrator(string name, IEnumerable<string> known)
    {
        var message = $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function. Additional info: "
            + $"The following are the known orchestrator functions: {string.Join(", ", known.Select(static n => $"'{n}'"))}.";
        return new OrchestrationEnding.Failed(new FailureRecord("(unknown)", message))
        {
            Output = JsonSerializer.Serialize(new { message, details = (string?)null }, PlainJson),
        };
    }
}
