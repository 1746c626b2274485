using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>How an execution ended. Of the commands of its last turn only the sent events are still to be carried out.</summary>
internal abstract record OrchestrationEnding
{
    internal sealed record Completed(string? Output) : OrchestrationEnding;

    internal sealed record Failed(FailureRecord Failure) : OrchestrationEnding
    {
        /// <summary>What the status API shows as output; not JSON as a rule.</summary>
        public string Output { get; init; } = Failure.ToString();
    }

    internal sealed record Terminated(string? Output) : OrchestrationEnding;

    /// <summary>The next generation starts with this input and gets the carried-over events first.</summary>
    internal sealed record ContinuedAsNew(string? Input, string Version, IReadOnlyList<EventRaised> CarriedOver) : OrchestrationEnding;

    public HistoryEvent ToEvent(DateTime nowUtc) => this switch
    {
        Completed completed => new ExecutionCompleted(nowUtc, CompletionStatus.Completed, completed.Output),
        Failed failed => new ExecutionCompleted(nowUtc, CompletionStatus.Failed, failed.Output, failed.Failure),
        Terminated terminated => new ExecutionCompleted(nowUtc, CompletionStatus.Terminated, terminated.Output),
        ContinuedAsNew next => new History.ContinuedAsNew(nowUtc, next.Input, next.Version, next.CarriedOver),
        _ => throw new InvalidOperationException($"{GetType().Name} has no event."),
    };
}
