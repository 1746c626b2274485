using Reprocessing.Domain.Names;

namespace ReprocessingFunctions.Samples.Loyalty;

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
