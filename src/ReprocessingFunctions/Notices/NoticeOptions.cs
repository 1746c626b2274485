using System.ComponentModel.DataAnnotations;
using ReprocessingFunctions.Settings;
using ReprocessingFunctions.Webhooks;

namespace ReprocessingFunctions.Notices;

/// <summary>Settings <c>Notice*</c>: who is told of escalated dead letters and of alerts; nobody without an address.</summary>
internal sealed class NoticeOptions : WebhookOptions
{
    public const string Prefix = "Notice";

    /// <summary>NCRONTAB: when notices that got stuck on their way are taken up again. Read by its trigger.</summary>
    public string Schedule { get; set; } = "0 * * * * *";

    /// <summary>Tries in all.</summary>
    [Range(1, 50)]
    public int WebhookAttempts { get; set; } = 12;

    /// <summary>Before the second try, at most; three times as long before each further one, up to six hours.</summary>
    [DurationRange("00:00:00.100", "01:00:00")]
    public TimeSpan WebhookRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    public WebhookRetries ToRetries() =>
        WebhookRetries.Exponential(WebhookAttempts, WebhookRetryDelay, factor: 3, TimeSpan.FromHours(6));
}
