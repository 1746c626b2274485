using System.ComponentModel.DataAnnotations;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Webhooks;

/// <summary>Settings <c>...Webhook*</c> of one receiver.</summary>
internal abstract class WebhookOptions : IValidatableObject
{
    /// <summary>https, or http to this machine.</summary>
    public Uri? WebhookUrl { get; set; }

    /// <summary><c>whsec_...</c>; several, separated by commas, while the receiver changes from one to the next.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>Of one try.</summary>
    [DurationRange("00:00:00.100", "00:01:00")]
    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(15);

    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WebhookUrl is not { } url)
        {
            yield break;
        }

        if (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
        {
            yield return new("must be an https address.", [nameof(WebhookUrl)]);
        }

        if (url.UserInfo.Length > 0)
        {
            yield return new("must not hold a user or a password.", [nameof(WebhookUrl)]);
        }

        Webhooks.WebhookSecret.Parse(WebhookSecret ?? string.Empty, out var fault);
        if (fault is not null)
        {
            yield return new($"{fault}.", [nameof(WebhookSecret)]);
        }
    }
}
