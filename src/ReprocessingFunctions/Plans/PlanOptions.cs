using System.ComponentModel.DataAnnotations;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Plans;

/// <summary>Settings <c>Job*</c> that plans are made by.</summary>
internal sealed class PlanOptions
{
    public const string Prefix = "Job";

    /// <summary>The longest that a request may ask for: an older selection says little about what is there.</summary>
    public const int LongestLifetimeMinutes = 7 * 24 * 60;

    public static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(LongestLifetimeMinutes);

    public const int MostItems = 1_000_000;

    /// <summary>Items of one plan, those that cannot be worked on among them.</summary>
    [Range(1, MostItems)]
    public int MaxItems { get; set; } = 100_000;

    /// <summary>From the making of a plan to the last moment at which it can be applied, where the request does not say.</summary>
    [DurationRange("00:01:00", "7.00:00:00")]
    public TimeSpan PlanLifetime { get; set; } = TimeSpan.FromHours(1);
}
