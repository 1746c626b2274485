using System.ComponentModel.DataAnnotations;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Exports;

/// <summary>Settings <c>Export*</c>: files of orders that are made and kept for a while.</summary>
internal sealed class ExportOptions
{
    public const string Prefix = "Export";

    public const string ScheduleSetting = Prefix + nameof(SweepSchedule);

    [Range(1, 500)]
    public int PageRecords { get; set; } = 500;

    /// <summary>A page ends after the record that makes it so large.</summary>
    [Range(1024, 512 * 1024)]
    public int PageBytes { get; set; } = 512 * 1024;

    /// <summary>From its end on: how long an export can be downloaded.</summary>
    [DurationRange("00:01:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// NCRONTAB with seconds, UTC: when old content is deleted, and exports are started that were stored and not started. The host reads
    /// the setting itself and needs it to be there; it is checked here only.
    /// </summary>
    [Required]
    public string SweepSchedule { get; set; } = "0 */5 * * * *";
}
