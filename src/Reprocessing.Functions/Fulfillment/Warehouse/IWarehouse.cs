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

internal sealed record WarehouseReply(ErrorType? ErrorType = null, string? Reason = null, bool IsTransient = false)
{
    public static WarehouseReply Done { get; } = new();

    public string? ExceptionType { get; init; }

    public string? TraceId { get; init; }
}

internal sealed class WarehouseOptions : IValidatableObject
{
    [OutgoingAddress]
    public Uri? BaseUrl { get; set; }

    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan SimulatedLatency { get; set; } = TimeSpan.Zero;

    public int SimulatedSeed { get; set; } = 1;

    [Range(0.0, 1.0)]
    public double SimulatedValidateFailureRate { get; set; }

    [Range(0.0, 1.0)]
    public double SimulatedPlanFailureRate { get; set; }

    [Range(0.0, 1.0)]
    public double SimulatedPickFailureRate { get; set; }

    [Range(0.0, 1.0)]
    public double SimulatedPackFailureRate { get; set; }

    [Range(0.0, 1.0)]
    public double SimulatedShipFailureRate { get; set; }

    /// <summary>Comma separated: <c>{order id prefix}:{stage}</c> always fails, <c>{order id prefix}:{stage}:{n}</c> in its first n workflows, whatever the rates say.</summary>
    public string SimulatedFailures { get; set; } = string.Empty;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        SimulatedFailure.Parse(SimulatedFailures).Faults.Select(fault => new ValidationResult(fault, [nameof(SimulatedFailures)]));
}
