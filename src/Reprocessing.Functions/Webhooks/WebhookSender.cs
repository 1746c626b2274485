namespace Reprocessing.Functions.Webhooks;

/// <summary>Posts one message to one target, once. Neither address, secret nor body is ever logged.</summary>
internal sealed class WebhookSender(
    OutgoingHttp http, ReprocessingMetrics metrics, TimeProvider time, ILogger<WebhookSender> logger)
{
    public async Task<WebhookReply> TrySendAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellationToken)
    {
        if (message.Body.Length > WebhookMessage.MaxBody)
        {
            return Report(target, message, new(WebhookOutcome.Refused, $"The body has more than {WebhookMessage.MaxBody} bytes."));
        }

        if (target.IsClosed)
        {
            return new(WebhookOutcome.Closed, "The receiver had answered 410: nothing is sent until the app starts again.");
        }

        return target.HeldUntil - time.GetUtcNow() is { Ticks: > 0 } held
            ? new(WebhookOutcome.Unavailable, "The receiver had asked to be left alone for a while.", held)
            : Report(target, message, await PostAsync(target, message, cancellationToken));
    }

    private async Task<WebhookReply> PostAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellationToken)
    {
        var timestamp = WebhookSignature.Timestamp(time.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, message.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
        if (target.Secrets.Count > 0)
        {
            request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Of(message.Id, timestamp, message.Body.Span, target.Secrets));
        }

        return ReplyOf(await http.SendAsync("The receiver", request, target.Timeout, maxBytes: 0, cancellationToken));
    }

    private static WebhookReply ReplyOf(OutgoingReply reply) => new(
        reply.Status switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => WebhookOutcome.Accepted,
            HttpStatusCode.Gone => WebhookOutcome.Closed,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => WebhookOutcome.Unavailable,
            null when !reply.IsAddressRefused => WebhookOutcome.Unavailable,
            // A redirect too: its target is not the receiver that the settings name.
            _ => WebhookOutcome.Refused,
        },
        reply.Reason,
        reply.RetryAfter > WebhookTarget.LongestHold ? WebhookTarget.LongestHold : reply.RetryAfter > TimeSpan.Zero ? reply.RetryAfter : null,
        reply.Said.Reason);

    private WebhookReply Report(WebhookTarget target, WebhookMessage message, WebhookReply reply)
    {
        metrics.WebhookSent(target.Name, reply.Outcome == WebhookOutcome.Accepted ? null : EnumNames.Of(reply.Outcome));
        switch (reply)
        {
            case { Outcome: WebhookOutcome.Accepted }:
                logger.WebhookAccepted(target.Name, message.Id);
                break;
            case { Outcome: WebhookOutcome.Closed }:
                if (target.TryClose())
                {
                    logger.WebhookClosed(target.Name, message.Id);
                }

                break;
            default:
                if (reply is { Outcome: WebhookOutcome.Unavailable, After: { } pause })
                {
                    target.TryHold(time.GetUtcNow() + pause);
                }

                logger.WebhookNotAccepted(target.Name, message.Id, reply.Reason);
                break;
        }

        return reply;
    }
}

/// <summary>A message with the same id and the same bytes in every try.</summary>
internal sealed record WebhookMessage(string Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>An order's input has at most 400 KiB.</summary>
    public const int MaxBody = 512 * 1024;

    public static WebhookMessage Create<TData>(string id, string type, DateTimeOffset timestamp, TData data) =>
        Create(id, new Envelope<TData>(type, timestamp, data));

    public static WebhookMessage Create<TBody>(string id, TBody body) => new(id, JsonSerializer.SerializeToUtf8Bytes(body, AppJson.Responses));

    private sealed record Envelope<TData>(string Type, DateTimeOffset Timestamp, TData Data);
}

/// <param name="After">The least wait before the next try, where the receiver asked for one.</param>
/// <param name="Said">What a refusal says of itself, which is for no log.</param>
internal sealed record WebhookReply(WebhookOutcome Outcome, string Reason, TimeSpan? After = null, string? Said = null)
{
    public string Explanation => Said is null ? Reason : $"{Reason} {Said}";
}

internal enum WebhookOutcome
{
    Accepted,

    /// <summary>A later try may do better.</summary>
    Unavailable,
    Refused,

    /// <summary>The receiver wants no more messages: the target is closed until the app starts again.</summary>
    Closed,
}

/// <summary>The waits between attempts grow exponentially, with jitter, and are never shorter than the receiver asks for.</summary>
internal sealed record WebhookRetries(int Attempts, RetryStrategy Waits)
{
    public static WebhookRetries Exponential(int attempts, TimeSpan first, double factor, TimeSpan longest) => new(
        attempts,
        RetryStrategy.Parse(new()
        {
            Strategy = "exponential",
            BaseDelay = first,
            Factor = factor,
            MaxDelay = longest,
            Jitter = "full",
        }));

    /// <summary>The jitter is seeded by the message, so that messages that failed together are not sent together again.</summary>
    public TimeSpan WaitAfter(int attempt, string messageId, TimeSpan? asked)
    {
        var wait = Waits.DelayBefore(attempt, messageId);
        return asked > wait ? asked.Value : wait;
    }
}
