namespace ReprocessingFunctions.Restarts;

/// <summary>Settings <c>Restart*</c>: who works on the orders.</summary>
internal sealed class RestartOptions : WebhookOptions
{
    public const string Prefix = "Restart";

    /// <summary>This app's own workflow, or an outside order service that is told by webhook.</summary>
    public RestartTargetKind Target { get; set; }

    /// <summary>Tries of one run; the next run tries again.</summary>
    [Range(1, 10)]
    public int WebhookAttempts { get; set; } = 3;

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var fault in base.Validate(validationContext))
        {
            yield return fault;
        }

        if (Target == RestartTargetKind.Webhook && WebhookUrl is null)
        {
            yield return new($"must be set when {Prefix}{nameof(Target)} is webhook.", [nameof(WebhookUrl)]);
        }
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<RestartTargetKind>))]
internal enum RestartTargetKind
{
    [JsonStringEnumMemberName("workflow")]
    Workflow,

    [JsonStringEnumMemberName("webhook")]
    Webhook,
}
