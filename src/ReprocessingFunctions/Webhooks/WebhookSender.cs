using System.Net.Http.Headers;

namespace ReprocessingFunctions.Webhooks;

/// <summary>Posts one message to one target, once. Only the status of the response is read. Neither address, secret nor body is ever logged.</summary>
internal sealed class WebhookSender(
    IHttpClientFactory clients, ReprocessingMetrics metrics, TimeProvider time, ILogger<WebhookSender> logger)
{
    public const string ClientName = "webhooks";

    public async Task<WebhookReply> TrySendAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellationToken)
    {
        if (message.Body.Length > WebhookMessage.MaxBody)
        {
            return Report(target, message, new WebhookReply.Refused($"The body has more than {WebhookMessage.MaxBody} bytes."));
        }

        if (target.IsClosed)
        {
            return new WebhookReply.Closed("The receiver had answered 410: nothing is sent until the app starts again.");
        }

        if (target.HeldFor(time.GetUtcNow()) is { Ticks: > 0 } held)
        {
            return new WebhookReply.TryAgain("The receiver had asked to be left alone for a while.", held);
        }

        return Report(target, message, await PostAsync(target, message, cancellationToken));
    }

    private async Task<WebhookReply> PostAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(target.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var http = clients.CreateClient(ClientName);
            using var request = CreateRequest(target, message);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return ReplyOf(target, response);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new WebhookReply.TryAgain($"The receiver did not answer within {target.Timeout}.");
        }
        catch (HttpRequestException e)
        {
            // The exception's message holds the host's name; the kind of fault is enough.
            return new WebhookReply.TryAgain($"The receiver could not be reached: {e.HttpRequestError}.");
        }
    }

    private HttpRequestMessage CreateRequest(WebhookTarget target, WebhookMessage message)
    {
        var timestamp = WebhookSignature.Timestamp(time.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, message.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
        request.Headers.Add(
            WebhookSignature.SignatureHeader, WebhookSignature.Of(message.Id, timestamp, message.Body.Span, target.Secrets));
        return request;
    }

    private WebhookReply ReplyOf(WebhookTarget target, HttpResponseMessage response)
    {
        var reason = $"The receiver answered {(int)response.StatusCode}.";
        switch (response.StatusCode)
        {
            case >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices:
                return new WebhookReply.Accepted(reason);
            case HttpStatusCode.Gone:
                return new WebhookReply.Closed(reason);
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                var after = RetryAfter(response);
                if (after is { } asked)
                {
                    target.Hold(asked, time.GetUtcNow());
                }

                return new WebhookReply.TryAgain(reason, after);
            default:
                // A redirect too: its target is not the receiver that the settings name.
                return new WebhookReply.Refused(reason);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return asked <= TimeSpan.Zero ? null
            : asked < WebhookTarget.LongestHold ? asked
            : WebhookTarget.LongestHold;
    }

    private WebhookReply Report(WebhookTarget target, WebhookMessage message, WebhookReply reply)
    {
        switch (reply)
        {
            case WebhookReply.Accepted:
                metrics.WebhookSent(target.Name, errorType: null);
                logger.WebhookAccepted(target.Name, message.Id);
                break;
            case WebhookReply.Closed:
                metrics.WebhookSent(target.Name, "closed");
                if (target.TryClose())
                {
                    logger.WebhookClosed(target.Name, message.Id);
                }

                break;
            default:
                metrics.WebhookSent(target.Name, reply is WebhookReply.Refused ? "refused" : "unavailable");
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

    /// <param name="timestamp">When it happened.</param>
    public static WebhookMessage Create<TData>(string id, string type, DateTimeOffset timestamp, TData data) =>
        new(id, JsonSerializer.SerializeToUtf8Bytes(new Envelope<TData>(type, timestamp, data), AppJson.Responses));

    private sealed record Envelope<TData>(string Type, DateTimeOffset Timestamp, TData Data);
}

internal abstract record WebhookReply(string Reason)
{
    public sealed record Accepted(string Reason) : WebhookReply(Reason);

    /// <summary>A later try may do better.</summary>
    /// <param name="After">The least wait, where the receiver asked for one.</param>
    public sealed record TryAgain(string Reason, TimeSpan? After = null) : WebhookReply(Reason);

    /// <summary>The receiver does not accept this message; a later try would not change that.</summary>
    public sealed record Refused(string Reason) : WebhookReply(Reason);

    /// <summary>The receiver wants no more messages: the target is closed until the app starts again.</summary>
    public sealed record Closed(string Reason) : WebhookReply(Reason);
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
    /// <param name="attempt">The one that failed, from 1.</param>
    public TimeSpan WaitAfter(int attempt, string messageId, TimeSpan? asked)
    {
        var wait = Waits.DelayBefore(attempt, messageId);
        return asked > wait ? asked.Value : wait;
    }
}
