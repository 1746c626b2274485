namespace Reprocessing.Functions.Fulfillment.Warehouse;

/// <summary>Does the work of a stage. A request that comes again, after a crash or a timeout, under the same idempotency key must have its effect once.</summary>
internal interface IWarehouse
{
    Task<WarehouseReply> PerformAsync(WarehouseRequest request, CancellationToken cancellationToken);
}

internal sealed record WarehouseRequest(string OrderId, string WorkflowId, int Attempt, Stage Stage, OrderInput Order)
{
    public string IdempotencyKey => $"{WorkflowId}/{EnumNames.Of(Stage)}";
}

/// <summary>What the warehouse answered. A transient failure is worth another call within the same workflow.</summary>
internal sealed record WarehouseReply(ErrorType? ErrorType = null, string? Reason = null, bool IsTransient = false)
{
    public static WarehouseReply Done { get; } = new();

    public string? ExceptionType { get; init; }

    public string? TraceId { get; init; }

    public bool Succeeded => ErrorType is null;

    public static WarehouseReply Refused(ErrorType type, string reason) => new(type, reason);
}
