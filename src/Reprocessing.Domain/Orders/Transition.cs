namespace Reprocessing.Domain.Orders;

/// <summary>The answer of the state machine: data, so that a refusal reaches the caller with its reason.</summary>
public abstract record Transition
{
    /// <summary>The order as it is to be stored, and the events that tell of it, oldest first.</summary>
    public sealed record Applied(Order Order, IReadOnlyList<TimelineEvent> Events) : Transition;

    /// <summary>What was asked for has already happened.</summary>
    public sealed record Unchanged : Transition;

    public sealed record Refused(Refusal Reason, string Message) : Transition;
}

[JsonConverter(typeof(EnumNameConverter<Refusal>))]
public enum Refusal
{
    /// <summary>Another workflow owns the order now.</summary>
    Superseded,

    /// <summary>A workflow works on the order, so nothing else may fail or restart it.</summary>
    ActiveWorkflow,

    /// <summary>The order is not in a failure status.</summary>
    NotFailed,

    /// <summary>The order has failed already, and of another workflow.</summary>
    AlreadyFailed,

    /// <summary>The order's workflow has not begun.</summary>
    NotBegun,

    /// <summary>The order is completed, cancelled or a dead letter.</summary>
    Ended,

    /// <summary>The order has no open dead letter.</summary>
    NotDeadLetter,

    /// <summary>The order is a dead letter, whose entry would have to change with it.</summary>
    DeadLetter,
}
