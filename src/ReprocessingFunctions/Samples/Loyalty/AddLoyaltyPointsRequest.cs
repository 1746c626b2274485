using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Samples.Loyalty;

internal sealed record AddLoyaltyPointsRequest
{
    private const int MostPoints = 1_000_000;

    /// <summary>The same again counts once.</summary>
    [Required]
    [Description("The same again counts once.")]
    public string? PurchaseId { get; init; }

    [Required]
    public int? Points { get; init; }

    [Description("earned unless said.")]
    public PointsKind Kind { get; init; }

    [JsonIgnore]
    public string EventName => Kind == PointsKind.Spent ? nameof(PointsSpent) : nameof(PointsEarned);

    public object ToEvent() => Kind == PointsKind.Spent ? new PointsSpent(PurchaseId!, Points!.Value) : new PointsEarned(PurchaseId!, Points!.Value);

    public Problem? Check()
    {
        List<ProblemError> faults = [];
        if (Identifiers.Problem(PurchaseId) is { } fault)
        {
            faults.Add(new($"'purchaseId' {fault}.", "#/purchaseId"));
        }

        if (Points is not (>= 1 and <= MostPoints))
        {
            faults.Add(new($"'points' must be 1 to {MostPoints}.", "#/points"));
        }

        return faults.Count == 0 ? null : Problems.InvalidBody(faults);
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<PointsKind>))]
internal enum PointsKind
{
    [JsonStringEnumMemberName("earned")]
    Earned,

    [JsonStringEnumMemberName("spent")]
    Spent,
}
