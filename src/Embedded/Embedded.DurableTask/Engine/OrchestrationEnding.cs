using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>How an execution ended.</summary>
internal abstract record OrchestrationEnding
{
    internal sealed record Completed(string? Output) : OrchestrationEnding;

    internal sealed record Failed(FailureRecord Failure) : OrchestrationEnding;

    internal sealed record Terminated(string? Output) : OrchestrationEnding;

    /// <summary>The next generation starts with this input and gets the carried-over events first.</summary>
    internal sealed record ContinuedAsNew(string? Input, string Version, IReadOnlyList<EventRaised> CarriedOver) : OrchestrationEnding;
}
