using System.ComponentModel.DataAnnotations;

namespace ReprocessingFunctions.Samples;

/// <summary>Settings <c>Samples*</c>.</summary>
internal sealed class SamplesOptions
{
    public const string Prefix = "Samples";

    /// <summary>Without it the samples' addresses answer 404.</summary>
    public bool Enabled { get; set; }

    /// <summary>So many events a loyalty workflow takes in before it continues as new; of workflows that start from then on.</summary>
    [Range(1, 10_000)]
    public int LoyaltyEventsPerRun { get; set; } = 500;
}
