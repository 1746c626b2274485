using Reprocessing.Domain.Notifications;

namespace Reprocessing.Functions.Tests.Notifications;

/// <summary>What a chat gets, as bytes on the wire.</summary>
public sealed class ChatMessageTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Notification Raised = Notification.Of(
        new AlertState(AlertKind.Backlog, AlertStatus.Raised, Backlog.Start, 101.5, 100, "At least 101 <!channel> orders & more are *due*", Backlog.Start));

    private readonly StepClock _clock = new();
    private readonly Receiver _receiver;

    public ChatMessageTests() => _receiver = new Receiver(_clock);

    [Fact]
    public async Task Slack_gets_a_text_and_blocks_in_which_nobody_can_mention_or_link() => Assert.Equal(
        """
        {"text":"Alert raised: backlog: At least 101 &lt;!channel&gt; orders &amp; more are *due*",
        "blocks":[{"type":"header","text":{"type":"plain_text","text":"Alert raised: backlog","emoji":false}},
        {"type":"section","text":{"type":"plain_text","text":"At least 101 &lt;!channel&gt; orders &amp; more are *due*","emoji":false}},
        {"type":"section","fields":[{"type":"plain_text","text":"Value: 101.5","emoji":false},{"type":"plain_text","text":"Threshold: 100","emoji":false},
        {"type":"plain_text","text":"Since: 2026-03-01 12:00:00Z","emoji":false}]}]}
        """.ReplaceLineEndings(string.Empty),
        Unescaped(await SendAsync(WebhookFormat.Slack, Raised)));

    [Fact]
    public async Task Teams_gets_an_adaptive_card_of_text_runs_which_have_no_markup()
    {
        var message = JsonDocument.Parse((await SendAsync(WebhookFormat.Teams, Raised)).Body).RootElement;

        Assert.Equal("message", message.GetProperty("type").GetString());
        var attachment = Assert.Single(message.GetProperty("attachments").EnumerateArray());
        Assert.Equal("application/vnd.microsoft.card.adaptive", attachment.GetProperty("contentType").GetString());
        var card = attachment.GetProperty("content");
        Assert.Equal(("AdaptiveCard", "1.4"), (card.GetProperty("type").GetString(), card.GetProperty("version").GetString()));
        Assert.All(card.GetProperty("body").EnumerateArray(), line => Assert.Equal("RichTextBlock", line.GetProperty("type").GetString()));
        Assert.All(Runs(card), run => Assert.Equal("TextRun", run.GetProperty("type").GetString()));
        Assert.Equal(
            [
                "Alert raised: backlog", "At least 101 <!channel> orders & more are *due*", "Value: ", "101.5", "Threshold: ", "100", "Since: ",
                "2026-03-01 12:00:00Z",
            ],
            Runs(card).Select(run => run.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("Slack")]
    [InlineData("Teams")]
    public async Task An_escalated_dead_letter_is_told_with_its_failure_within_the_lengths_that_a_chat_takes(string name)
    {
        var format = Enum.Parse<WebhookFormat>(name);
        var notification = new Notification("escalated-A-1", Notification.EscalatedType, Backlog.Start)
        {
            DeadLetter = new(
                new string('&', 200), "customer-1", "w", "picking_failed", new string('<', 2_000), ErrorType.Unknown, "f", Backlog.Start, Backlog.Start, 5, 0,
                OrderSnapshot.Of(new OrderInput("A", "C", [new("S", 1, 1)])))
            {
                ResolvedBy = "ann",
                Notes = [new("an old note", "ann", Backlog.Start), new("call them", "ann", Backlog.Start)],
            },
        };

        var body = JsonDocument.Parse((await SendAsync(format, notification)).Body).RootElement.GetRawText();

        Assert.Contains("picking_failed", body, StringComparison.Ordinal);
        Assert.Contains("call them", body, StringComparison.Ordinal);
        Assert.DoesNotContain("an old note", body, StringComparison.Ordinal);
        if (format == WebhookFormat.Slack)
        {
            var blocks = JsonDocument.Parse(body).RootElement.GetProperty("blocks");
            Assert.InRange(blocks[0].GetProperty("text").GetProperty("text").GetString()!.Length, 1, 150);
            Assert.InRange(blocks[1].GetProperty("text").GetProperty("text").GetString()!.Length, 1, 3_000);
            Assert.All(blocks[2].GetProperty("fields").EnumerateArray(), field => Assert.InRange(field.GetProperty("text").GetString()!.Length, 1, 2_000));
        }
    }

    [Theory]
    [InlineData("Slack", null, 0)]
    [InlineData("Teams", null, 0)]
    [InlineData("Standard", null, 1)]
    [InlineData("Slack", "no secret", 1)]
    [InlineData("Standard", Receiver.Secret, 0)]
    public void A_chats_address_needs_no_secret_beside_it(string format, string? secret, int faults)
    {
        var options = new NotificationOptions { WebhookUrl = new("https://hooks.test/T/B"), WebhookFormat = Enum.Parse<WebhookFormat>(format), WebhookSecret = secret };

        Assert.Equal(faults, options.Validate(new(options)).Count());
    }

    private async Task<Delivery> SendAsync(WebhookFormat format, Notification notification)
    {
        var options = new NotificationOptions { WebhookUrl = new("https://hooks.test/T/B"), WebhookFormat = format };
        var send = new SendNotification(new(null, new(WebhookTargets.NotificationsName, options)), _receiver.Sender, Options.Create(options));
        Assert.True((await _clock.RunAsync(() => send.RunAsync(new(notification, 1), default))).Accepted);
        var delivery = Assert.Single(_receiver.Deliveries);
        Assert.Equal((notification.Id, string.Empty), (delivery.Id, delivery.Signatures));
        return delivery;
    }

    /// <summary>As it is written, without the escapes that JSON allows.</summary>
    private static string Unescaped(Delivery delivery) => JsonSerializer.Serialize(delivery.Json, Relaxed);

    private static IEnumerable<JsonElement> Runs(JsonElement card) =>
        card.GetProperty("body").EnumerateArray().SelectMany(line => line.GetProperty("inlines").EnumerateArray());
}
