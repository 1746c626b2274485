namespace Reprocessing.Functions.Notifications;

internal enum WebhookFormat
{
    Standard,
    Slack,
    Teams,
}

internal sealed record ChatMessage(string Title, string Text, IReadOnlyList<(string Name, string Value)> Facts)
{
    private const int LongestTitle = 140;

    /// <summary>Slack takes 2,000 characters of a field, counted as they are escaped, by up to five for one.</summary>
    private const int LongestText = 380;

    private const int SlackHeader = 150;

    public static ChatMessage Of(Notification notification) => notification switch
    {
        { DeadLetter: { } letter } => new($"Dead letter escalated: order {letter.OrderId}", letter.FinalFailureReason,
        [
            ("Failure", letter.FinalFailureStatus),
            ("Customer", letter.CustomerId),
            ("Attempts", Invariant($"{letter.TotalRetryAttempts}")),
            ("By", letter.ResolvedBy ?? "-"),
            .. letter.Notes.TakeLast(1).Select(note => ("Note", note.Text)),
        ]),
        { Alert: { } alert } => new($"Alert {EnumNames.Of(alert.State)}: {alert.Id}", alert.Message,
        [
            ("Value", Invariant($"{alert.Value:0.###}")),
            ("Threshold", Invariant($"{alert.Threshold:0.###}")),
            ("Since", Invariant($"{alert.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")),
        ]),
        _ => throw new ArgumentException($"Notification {notification.Id} tells of nothing.", nameof(notification)),
    };

    public JsonObject ToSlack() => new()
    {
        ["text"] = Escape($"{Cut(Title, LongestTitle)}: {Cut(Text, LongestText)}"),
        ["blocks"] = new JsonArray(
            new JsonObject { ["type"] = "header", ["text"] = Plain(Escape(Title) is { Length: <= SlackHeader } title ? title : Escape(Cut(Title, SlackHeader / 5))) },
            new JsonObject { ["type"] = "section", ["text"] = Plain(Escape(Cut(Text, LongestText))) },
            new JsonObject
            {
                ["type"] = "section",
                ["fields"] = new JsonArray([.. Facts.Select(fact => Plain(Escape($"{fact.Name}: {Cut(fact.Value, LongestText)}")))]),
            }),
    };

    /// <summary>An Adaptive Card. Its text runs, other than its text blocks and facts, have no markup, so that nobody's text becomes a link.</summary>
    public JsonObject ToTeams() => new()
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = new JsonObject
            {
                ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                ["type"] = "AdaptiveCard",
                ["version"] = "1.4",
                ["body"] = new JsonArray(
                [
                    Line(Run(Cut(Title, LongestTitle), isBold: true)),
                    Line(Run(Cut(Text, LongestText))),
                    .. Facts.Select(fact => Line(Run($"{fact.Name}: ", isBold: true), Run(Cut(fact.Value, LongestText)))),
                ]),
            },
        }),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Cut(string text, int longest) =>
        text.Length <= longest ? text : $"{text[..(char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1)]}…";

    private static JsonObject Plain(string text) => new JsonObject { ["type"] = "plain_text", ["text"] = text, ["emoji"] = false };

    /// <summary>Slack's control characters: in them are mentions and links.</summary>
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static JsonObject Line(params JsonNode[] runs) => new JsonObject { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(runs) };

    private static JsonObject Run(string text, bool isBold = false) =>
        new JsonObject { ["type"] = "TextRun", ["text"] = text, ["weight"] = isBold ? "Bolder" : "Default" };
}
