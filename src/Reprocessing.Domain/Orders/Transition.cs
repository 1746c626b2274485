namespace Reprocessing.Domain.Orders;

/// <summary>The answer of the state machine: data, so that a refusal reaches the caller with its reason.</summary>
public abstract record Transition
{
    public sealed record Applied(Order Order, IReadOnlyList<TimelineEvent> Events) : Transition;

    public sealed record Unchanged : Transition;

    public sealed record Refused(Refusal Reason, string Message) : Transition;
}

[JsonConverter(typeof(EnumNameConverter<Refusal>))]
public enum Refusal
{
    Superseded,

    /// <summary>A workflow works on the order, so nothing else may fail or restart it.</summary>
    ActiveWorkflow,

    NotFailed,
    AlreadyFailed,
    NotBegun,

    /// <summary>The order is completed, cancelled or a dead letter.</summary>
    Ended,

    NotDeadLetter,

    /// <summary>The order is a dead letter, whose entry would have to change with it.</summary>
    DeadLetter,
}
