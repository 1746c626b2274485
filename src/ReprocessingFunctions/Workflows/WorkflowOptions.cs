using System.ComponentModel.DataAnnotations;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Workflows;

/// <summary>Settings <c>Workflow*</c>.</summary>
internal sealed class WorkflowOptions
{
    public const string Prefix = "Workflow";

    public const string ScheduleSetting = Prefix + nameof(CheckSchedule);

    /// <summary>NCRONTAB with seconds, UTC. The host reads the setting itself and needs it to be there; it is checked here only.</summary>
    [Required]
    public string CheckSchedule { get; set; } = "0 * * * * *";

    /// <summary>Workflows that started less long ago are not looked at.</summary>
    [DurationRange("00:00:00", "1.00:00:00")]
    public TimeSpan CheckAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many one tick looks at; the next goes on from there.</summary>
    [Range(1, 10_000)]
    public int ChecksPerTick { get; set; } = 500;
}
