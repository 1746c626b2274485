using System.Text.Json.Serialization;

namespace Embedded.DurableTask.History;

[JsonConverter(typeof(JsonStringEnumConverter<CompletionStatus>))]
internal enum CompletionStatus
{
    Completed,
    Failed,
    Terminated,
}

/// <summary>The last event of an instance.</summary>
internal sealed record ExecutionCompleted(
    DateTime Timestamp,
    CompletionStatus Status,
    string? Result = null,
    FailureRecord? Failure = null) : HistoryEvent(Timestamp);

/// <summary>The last event of a generation that another one follows.</summary>
/// <param name="Timestamp">The turn's time.</param>
/// <param name="Input">The next generation's input.</param>
/// <param name="Version">The next generation's version.</param>
/// <param name="CarriedOver">Events that nobody had taken; the next generation gets them first, in this order.</param>
internal sealed record ContinuedAsNew(
    DateTime Timestamp,
    string? Input,
    string Version,
    IReadOnlyList<EventRaised> CarriedOver) : HistoryEvent(Timestamp);
