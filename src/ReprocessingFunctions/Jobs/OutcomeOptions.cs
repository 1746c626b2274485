using System.ComponentModel.DataAnnotations;

namespace ReprocessingFunctions.Jobs;

/// <summary>Settings <c>Outcome*</c>.</summary>
internal sealed class OutcomeOptions
{
    public const string Prefix = "Outcome";

    public const string ScheduleSetting = Prefix + nameof(Schedule);

    /// <summary>NCRONTAB with seconds, UTC. The host reads the setting itself and needs it to be there; it is checked here only.</summary>
    [Required]
    public string Schedule { get; set; } = "*/10 * * * * *";
}
