namespace ReprocessingFunctions.Webhooks;

/// <summary>Every receiver that the settings name; null where they name none.</summary>
internal sealed record WebhookTargets(WebhookTarget? Restarts, WebhookTarget? Notices)
{
    public const string RestartsName = "restarts";
    public const string NoticesName = "notices";

    public IEnumerable<WebhookTarget> All => new[] { Restarts, Notices }.OfType<WebhookTarget>();
}
