namespace Reprocessing.Storage.Orders;

public abstract record StageClaim
{
    /// <summary>The order is the workflow's, and this stage is next.</summary>
    public sealed record Held : StageClaim
    {
        internal Held(StageWork work, StoredOrder stored, DateTimeOffset at)
        {
            (Work, Stored, At) = (work, stored, at);
            IsDone = OrderTransitions.IsStageDone(stored.Order, work);
        }

        public StageWork Work { get; }

        public OrderInput Input => Stored.ReadInput();

        /// <summary>An earlier attempt has done the stage; only the order is to be told.</summary>
        public bool IsDone { get; }

        /// <summary>Of the attempt that failed before, where this stage is the first one of its attempt.</summary>
        public string? FailedTrace => Stored.Order.Phase == OrderPhase.InProgress ? null : Stored.Order.FailedTrace;

        internal StoredOrder Stored { get; }

        internal DateTimeOffset At { get; }
    }

    /// <summary>An earlier call has done the stage and stored it; its answer was lost.</summary>
    public sealed record Finished : StageClaim;

    /// <summary>An earlier call has stored that the attempt failed; its answer was lost.</summary>
    public sealed record Failed(OrderFailure Failure) : StageClaim;

    public sealed record Lost(string Message) : StageClaim;
}
