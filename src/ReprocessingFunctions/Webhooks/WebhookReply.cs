namespace ReprocessingFunctions.Webhooks;

/// <summary>What became of one try.</summary>
internal abstract record WebhookReply(string Reason)
{
    /// <summary>The receiver has it and answers for it.</summary>
    public sealed record Accepted(string Reason) : WebhookReply(Reason);

    /// <summary>A later try may do better.</summary>
    /// <param name="After">The least wait, where the receiver asked for one.</param>
    public sealed record TryAgain(string Reason, TimeSpan? After = null) : WebhookReply(Reason);

    /// <summary>The receiver does not want this one; it would not want it later.</summary>
    public sealed record Refused(string Reason) : WebhookReply(Reason);

    /// <summary>The receiver wants nothing any more: the target is closed until the app starts again.</summary>
    public sealed record Closed(string Reason) : WebhookReply(Reason);
}
