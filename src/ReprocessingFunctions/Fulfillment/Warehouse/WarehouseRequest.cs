namespace ReprocessingFunctions.Fulfillment.Warehouse;

/// <param name="Attempt">Zero for the first workflow of the order, then the number of the restart.</param>
internal sealed record WarehouseRequest(string OrderId, string WorkflowId, int Attempt, Stage Stage, OrderInput Order)
{
    public string IdempotencyKey => $"{WorkflowId}/{EnumNames.Of(Stage)}";
}
