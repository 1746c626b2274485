using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Jobs;

/// <summary>Counts of items by what became of them; small enough for an activity result.</summary>
public sealed record ItemTally(int Found = 0, int Succeeded = 0, int DeadLettered = 0, int Failed = 0, int Skipped = 0)
{
    public static ItemTally Zero { get; } = new();

    /// <summary>Every item that was found has exactly one outcome.</summary>
    [JsonIgnore]
    public bool IsBalanced => Found == Succeeded + DeadLettered + Failed + Skipped;

    public static ItemTally Of(IEnumerable<ItemResult> results) => results.Aggregate(Zero, (tally, result) => tally.Add(result.State));

    /// <summary>States that are not an end count nothing: the item will be counted when it has one.</summary>
    public ItemTally Add(ItemState state) => state switch
    {
        ItemState.Succeeded => this with { Found = Found + 1, Succeeded = Succeeded + 1 },
        ItemState.DeadLettered => this with { Found = Found + 1, DeadLettered = DeadLettered + 1 },
        ItemState.Failed => this with { Found = Found + 1, Failed = Failed + 1 },
        ItemState.Skipped => this with { Found = Found + 1, Skipped = Skipped + 1 },
        _ => this,
    };

    public ItemTally Add(ItemTally other) => new(
        Found + other.Found,
        Succeeded + other.Succeeded,
        DeadLettered + other.DeadLettered,
        Failed + other.Failed,
        Skipped + other.Skipped);
}
