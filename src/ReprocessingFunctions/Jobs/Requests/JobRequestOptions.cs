using System.ComponentModel.DataAnnotations;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>Settings <c>Job*</c> that jobs are started by.</summary>
internal sealed class JobRequestOptions
{
    public const string Prefix = "Job";

    public const string ScheduleSetting = Prefix + nameof(StartSchedule);

    /// <summary>
    /// NCRONTAB with seconds, UTC: when the jobs that have not ended are looked after, to start and to end them. The host reads the setting itself and
    /// needs it to be there; it is checked here only.
    /// </summary>
    [Required]
    public string StartSchedule { get; set; } = "*/30 * * * * *";
}
