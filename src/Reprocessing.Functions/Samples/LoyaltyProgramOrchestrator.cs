namespace Reprocessing.Functions.Samples;

internal static class LoyaltyProgramOrchestrator
{
    // A purchase that comes twice comes soon after the first time, or in the replay of a reset.
    private const int MostRemembered = 1_000;

    [Function(nameof(LoyaltyProgramOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<LoyaltyState>() ?? throw new ArgumentException($"{nameof(LoyaltyProgramOrchestrator)} needs an input.");
        var earned = context.WaitForExternalEvent<JsonElement?>(nameof(PointsEarned));
        var spent = context.WaitForExternalEvent<JsonElement?>(nameof(PointsSpent));
        context.SetCustomStatus(new LoyaltyStatus(state.Points));
        await context.RecordRunningAsync(new(LoyaltyWorkflows.Type, state.Continuations, state.CustomerId));

        // Continue-as-new carries over only events that no task has received, so the received ones are counted first.
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

    private static LoyaltyState Count(LoyaltyState state, string? purchaseId, int points) => purchaseId is null || state.Counted.Contains(purchaseId)
        ? state
        : state with { Points = state.Points + points, Counted = [.. state.Counted.Append(purchaseId).TakeLast(MostRemembered)] };
}

internal sealed record LoyaltyState(string CustomerId, int EventsPerRun, long Points = 0, int Continuations = 0)
{
    public IReadOnlyList<string> Counted { get; init; } = [];
}

internal sealed record PointsEarned(string PurchaseId, int Points);

internal sealed record PointsSpent(string PurchaseId, int Points);

internal sealed record LoyaltyStatus(long Points);

internal static class LoyaltyWorkflows
{
    public const string Type = "LoyaltyProgram";

    public const int MaxCustomerId = Identifiers.MaxLength - 8;

    public static string IdOf(string customerId) => $"loyalty-{customerId}";
}
