namespace Reprocessing.Functions.Samples;

internal sealed class LoyaltyFunctions(WorkflowStarter starter, InstanceBeginning beginning, IOptions<SamplesOptions> options)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly AddLoyaltyPointsRequest Points = new() { PurchaseId = "purchase-17", Points = 100 };

    [Function(nameof(AddLoyaltyPoints))]
    [Endpoint("samples", "Sends a customer's long-running workflow an event that changes the points.",
        Description = "A sample: there is none unless the setting SamplesEnabled is true. The first event starts the workflow.")]
    [Body(typeof(AddLoyaltyPointsRequest), Example = nameof(Points))]
    [Response(202, "Sent.", typeof(LoyaltySentResponse), "Location")]
    [Refuses("invalid_parameter", "not_found", "workflow_ended")]
    public async Task<HttpResponseData> AddLoyaltyPoints(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/samples/loyalty/{customerId}/points")] HttpRequestData request,
        string customerId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        Check(customerId);
        var points = await request.ReadBodyAsync<AddLoyaltyPointsRequest>(read => read.Faults(), cancellationToken);
        var instanceId = LoyaltyWorkflows.IdOf(customerId);
        var input = new LoyaltyState(customerId, options.Value.LoyaltyEventsPerRun);
        await starter.StartAsync(
            client, new(nameof(LoyaltyProgramOrchestrator), LoyaltyWorkflows.Type, instanceId, input, customerId), cancellationToken);
        if (await beginning.WaitAsync(client, instanceId, StartLimit, cancellationToken) is not { IsCompleted: false })
        {
            // It has not begun, is being reset, or was ended: an event would be lost.
            throw new ProblemException(Problems.Conflict(
                "workflow_ended", "The workflow takes no events.", $"The workflow '{instanceId}' is not running now; try again, or reset it."));
        }

        await client.RaiseEventAsync(instanceId, points.EventName, points.ToEvent(), cancellationToken);
        return await request.RespondAsync(
            HttpStatusCode.Accepted,
            new LoyaltySentResponse(customerId, instanceId),
            cancellationToken,
            request.LinkTo($"/api/samples/loyalty/{Uri.EscapeDataString(customerId)}"));
    }

    [Function(nameof(GetLoyaltyPoints))]
    [Endpoint("samples", "How many points a customer has.")]
    [Response(200, "Done.", typeof(LoyaltyResponse))]
    [Refuses("invalid_parameter", "not_found")]
    public async Task<HttpResponseData> GetLoyaltyPoints(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/samples/loyalty/{customerId}")] HttpRequestData request,
        string customerId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        Check(customerId);
        var instance = await client.GetInstanceAsync(LoyaltyWorkflows.IdOf(customerId), getInputsAndOutputs: true, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("customer", customerId));
        var points = instance.ReadCustomStatusAs<LoyaltyStatus>()?.Points;
        return await request.OkAsync(
            new LoyaltyResponse(customerId, points, instance.InstanceId, EngineStatus.Of(instance.RuntimeStatus)), cancellationToken);
    }

    private void Check(string customerId)
    {
        ProblemException.ThrowIf(options.Value.Enabled ? null : Problems.NotFound("sample", "loyalty"));
        RouteIds.Check(customerId, "customerId", LoyaltyWorkflows.MaxCustomerId);
    }
}

internal sealed record LoyaltySentResponse(string CustomerId, string InstanceId);

internal sealed record LoyaltyResponse(string CustomerId, long? Points, string InstanceId, WorkflowStatus Status);

internal sealed record AddLoyaltyPointsRequest
{
    [Required]
    [Description("The same again counts once.")]
    public string? PurchaseId { get; init; }

    [Required]
    [Range(1, 1_000_000)]
    public int? Points { get; init; }

    [Description("earned unless said.")]
    public PointsKind Kind { get; init; }

    [JsonIgnore]
    public string EventName => Kind == PointsKind.Spent ? nameof(PointsSpent) : nameof(PointsEarned);

    public object ToEvent() => Kind == PointsKind.Spent ? new PointsSpent(PurchaseId!, Points!.Value) : new PointsEarned(PurchaseId!, Points!.Value);

    public IEnumerable<ProblemError?> Faults() => [Identifiers.Problem(PurchaseId) is { } fault ? new($"'purchaseId' {fault}.", "#/purchaseId") : null];
}

[JsonConverter(typeof(EnumNameConverter<PointsKind>))]
internal enum PointsKind
{
    Earned,
    Spent,
}

internal sealed class SamplesOptions
{
    public bool Enabled { get; set; }

    [Range(1, 10_000)]
    public int LoyaltyEventsPerRun { get; set; } = 500;
}
