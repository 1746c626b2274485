using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;

namespace Reprocessing.Storage.Orders;

/// <summary>An order to create: by default one whose workflow this app starts.</summary>
public sealed record NewOrder(OrderInput Input)
{
    /// <summary>Another system works on it; no workflow is started until a run restarts it.</summary>
    public bool IsRunElsewhere { get; init; }

    /// <summary>It arrives failed: the backlog of another system.</summary>
    public ArrivedFailure? Failure { get; init; }

    /// <summary>Kept with the order, so that who asks again knows its own order from one that was there before.</summary>
    public string? Source { get; init; }
}

public sealed record ArrivedFailure(FailureReport Report, RetryStrategy Strategy);
