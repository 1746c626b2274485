using System.ComponentModel.DataAnnotations;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Resets;

/// <summary>Settings <c>Reset*</c>: how resets go about their workflows.</summary>
internal sealed class ResetSettings
{
    public const string Prefix = "Reset";

    /// <summary>Workflows that one activity call looks at or works on at once.</summary>
    [Range(1, 100)]
    public int Parallelism { get; set; } = 8;

    /// <summary>How long the end of an old run is waited for after it was asked to end.</summary>
    [DurationRange("00:00:01", "00:02:00")]
    public TimeSpan TerminateTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Of one query for a workflow's history.</summary>
    [DurationRange("00:00:01", "00:02:00")]
    public TimeSpan HistoryTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
