namespace Reprocessing.Domain.Orders;

/// <summary>What a workflow of an order is started with: its own id, which attempt it is, and the order's input, whole.</summary>
public sealed record OrderStart(string OrderId, string WorkflowId, int Attempt, int Generation, OrderInput Input);
