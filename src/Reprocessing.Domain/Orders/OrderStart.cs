namespace Reprocessing.Domain.Orders;

/// <summary>What a workflow of an order is started with: its own id, which attempt it is, and the order's input, whole.</summary>
public sealed record OrderStart(string OrderId, string WorkflowId, int Attempt, int Generation, OrderInput Input)
{
    /// <summary>They stand on the order, so that a start that got lost is made up for with the same ones.</summary>
    public RestartModifications? Modifications { get; init; }

    /// <summary>Nothing was tried before.</summary>
    public bool IsFirst => Attempt == 0 && Generation == 0;

    /// <summary>The last stage that earlier attempts have done.</summary>
    public Stage? Checkpoint { get; init; }

    /// <summary>When the start was decided: the same however often it is tried.</summary>
    public DateTimeOffset DecidedAt { get; init; }
}
