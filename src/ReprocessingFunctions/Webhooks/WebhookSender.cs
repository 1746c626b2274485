using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using ReprocessingFunctions.Observability;

namespace ReprocessingFunctions.Webhooks;

/// <summary>
/// Posts one message to one target, once. What the receiver writes back is not read: its status says all. Neither address,
/// secret nor body is ever logged.
/// </summary>
internal sealed class WebhookSender(
    IHttpClientFactory clients, ReprocessingMetrics metrics, TimeProvider time, ILogger<WebhookSender> logger)
{
    public const string ClientName = "webhooks";

    public async Task<WebhookReply> TrySendAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellationToken)
    {
        if (message.Body.Length > WebhookMessage.MaxBody)
        {
            return Tell(target, message, new WebhookReply.Refused($"The body has more than {WebhookMessage.MaxBody} bytes."));
        }

        if (target.IsClosed)
        {
            return new WebhookReply.Closed("The receiver had answered 410: nothing is sent until the app starts again.");
        }

        if (target.HeldFor(time.GetUtcNow()) is { Ticks: > 0 } held)
        {
            return new WebhookReply.TryAgain("The receiver had asked to be left alone for a while.", held);
        }

        return Tell(target, message, await PostAsync(target, message, cancellationToken));
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
                // A redirect among them: whoever can redirect would be told what is meant for another.
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

    private WebhookReply Tell(WebhookTarget target, WebhookMessage message, WebhookReply reply)
    {
        switch (reply)
        {
            case WebhookReply.Accepted:
                metrics.WebhookSent(target.Name, errorType: null);
                logger.WebhookAccepted(target.Name, message.Id);
                break;
            case WebhookReply.Closed:
                metrics.WebhookSent(target.Name, "closed");
                if (target.Close())
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
