using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>What the platform says when an orchestrator awaits a task that the context did not hand out.</summary>
internal static class IllegalAwait
{
    public const string Message =
        "An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an orchestrator "
        + "function's implementation or by middleware that invokes asynchronous code.";

    public static FailureRecord Failure => new(typeof(InvalidOperationException).FullName!, Message);
}
