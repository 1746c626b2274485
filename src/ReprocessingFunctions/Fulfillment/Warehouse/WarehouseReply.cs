namespace ReprocessingFunctions.Fulfillment.Warehouse;

/// <summary>What the warehouse answered. A transient failure is worth another call within the same workflow.</summary>
internal sealed record WarehouseReply(ErrorType? ErrorType = null, string? Reason = null, bool IsTransient = false)
{
    public static WarehouseReply Done { get; } = new();

    public bool Succeeded => ErrorType is null;

    public static WarehouseReply Transient(ErrorType type, string reason) => new(type, reason, IsTransient: true);

    public static WarehouseReply Refused(ErrorType type, string reason) => new(type, reason);
}
