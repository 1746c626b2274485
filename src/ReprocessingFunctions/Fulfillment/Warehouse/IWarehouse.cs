namespace ReprocessingFunctions.Fulfillment.Warehouse;

/// <summary>
/// Does the work of a stage. The same request may come twice, after a crash or a timeout, and must then have its effect once:
/// <see cref="WarehouseRequest.IdempotencyKey"/> is the same both times.
/// </summary>
internal interface IWarehouse
{
    Task<WarehouseReply> PerformAsync(WarehouseRequest request, CancellationToken cancellationToken);
}
