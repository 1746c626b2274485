using System.ComponentModel.DataAnnotations;

namespace ReprocessingFunctions.DeadLetters.Reports;

/// <summary>Settings <c>DeadLetterCensus*</c>.</summary>
internal sealed class CensusOptions
{
    public const string Prefix = "DeadLetterCensus";

    public const string ScheduleSetting = Prefix + nameof(Schedule);

    /// <summary>
    /// NCRONTAB with seconds, UTC: when all dead letters are counted for the metrics and for what is remembered of failure groups. The
    /// host reads the setting itself and needs it to be there; it is checked here only.
    /// </summary>
    [Required]
    public string Schedule { get; set; } = "0 * * * * *";
}
