namespace Reprocessing.Functions.Fulfillment.Warehouse;

/// <summary>
/// Does the work of a stage. The same request may come twice, after a crash or a timeout, and must then have its effect once:
/// <see cref="WarehouseRequest.IdempotencyKey"/> is the same both times.
/// </summary>
internal interface IWarehouse
{
    Task<WarehouseReply> PerformAsync(WarehouseRequest request, CancellationToken cancellationToken);
}

/// <param name="Attempt">Zero for the first workflow of the order, then the number of the restart.</param>
internal sealed record WarehouseRequest(string OrderId, string WorkflowId, int Attempt, Stage Stage, OrderInput Order)
{
    public string IdempotencyKey => $"{WorkflowId}/{EnumNames.Of(Stage)}";
}

/// <summary>What the warehouse answered. A transient failure is worth another call within the same workflow.</summary>
internal sealed record WarehouseReply(ErrorType? ErrorType = null, string? Reason = null, bool IsTransient = false)
{
    public static WarehouseReply Done { get; } = new();

    /// <summary>See <see cref="OrderFailure.ExceptionType"/>.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>The warehouse's own, or that of the request.</summary>
    public string? TraceId { get; init; }

    public bool Succeeded => ErrorType is null;

    public static WarehouseReply Refused(ErrorType type, string reason) => new(type, reason);
}
