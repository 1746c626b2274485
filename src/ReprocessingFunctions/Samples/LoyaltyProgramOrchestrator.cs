namespace ReprocessingFunctions.Samples;

/// <summary>
/// The points of one customer, for as long as there is a customer: sums what events tell, each purchase once, and continues as new
/// with the sum before its history becomes long.
/// </summary>
internal static class LoyaltyProgramOrchestrator
{
    // Events that come twice come soon after each other, or when events are given again after a reset.
    private const int MostRemembered = 1_000;

    [Function(nameof(LoyaltyProgramOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<LoyaltyState>() ?? throw new ArgumentException($"{nameof(LoyaltyProgramOrchestrator)} needs an input.");
        var earned = context.WaitForExternalEvent<JsonElement?>(nameof(PointsEarned));
        var spent = context.WaitForExternalEvent<JsonElement?>(nameof(PointsSpent));
        context.SetCustomStatus(new LoyaltyStatus(state.Points));
        await context.RecordRunningAsync(new(LoyaltyWorkflows.Type, state.Continuations, state.CustomerId));

        // An event that has been handed out is counted before the end: only those that wait are carried over.
        for (var events = 0; events < state.EventsPerRun || earned.IsCompleted || spent.IsCompleted; events++)
        {
            await Task.WhenAny(earned, spent);
            if (earned.IsCompleted)
            {
                var purchase = EventJson.Read<PointsEarned>(await earned);
                earned = context.WaitForExternalEvent<JsonElement?>(nameof(PointsEarned));
                state = Count(state, purchase?.PurchaseId, purchase?.Points ?? 0);
            }
            else
            {
                var purchase = EventJson.Read<PointsSpent>(await spent);
                spent = context.WaitForExternalEvent<JsonElement?>(nameof(PointsSpent));
                state = Count(state, purchase?.PurchaseId, -purchase?.Points ?? 0);
            }

            context.SetCustomStatus(new LoyaltyStatus(state.Points));
        }

        context.ContinueAsNew(state with { Continuations = state.Continuations + 1 });
    }

    /// <summary>What is no purchase counts for nothing.</summary>
    private static LoyaltyState Count(LoyaltyState state, string? purchaseId, int points) => purchaseId is null || state.Counted.Contains(purchaseId)
        ? state
        : state with { Points = state.Points + points, Counted = [.. state.Counted.Append(purchaseId).TakeLast(MostRemembered)] };
}

/// <summary>What a loyalty workflow starts with, and continues with.</summary>
internal sealed record LoyaltyState(string CustomerId, int EventsPerRun, long Points = 0, int Continuations = 0)
{
    /// <summary>The purchases that are in the points already, the last ones.</summary>
    public IReadOnlyList<string> Counted { get; init; } = [];
}

/// <summary>The event <c>PointsEarned</c>.</summary>
internal sealed record PointsEarned(string PurchaseId, int Points);

/// <summary>The event <c>PointsSpent</c>.</summary>
internal sealed record PointsSpent(string PurchaseId, int Points);

/// <summary>The workflow's custom status.</summary>
internal sealed record LoyaltyStatus(long Points);

internal static class LoyaltyWorkflows
{
    /// <summary>As queries name the type.</summary>
    public const string Type = "LoyaltyProgram";

    private const string Prefix = "loyalty-";

    /// <summary>Leaves room for the prefix in an instance id.</summary>
    public const int MaxCustomerId = Identifiers.MaxLength - 8;

    public static string IdOf(string customerId) => Prefix + customerId;
}
