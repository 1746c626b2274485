using System.Security.Cryptography;

namespace Reprocessing.Functions.Tests.Webhooks;

internal sealed record Delivery(string Id, string Timestamp, string Signatures, string Body, DateTimeOffset At)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;
}

/// <summary>The other end, without a network: it answers as the test wants and verifies each signature by the convention's own words.</summary>
internal sealed class Receiver(StepClock clock) : IHttpClientFactory
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public List<Delivery> Deliveries { get; } = [];

    /// <summary>The answer to the n-th request, from 1; null never answers.</summary>
    public Func<int, HttpResponseMessage?> Answer { get; set; } = _ => new(HttpStatusCode.NoContent);

    public Exception? FailsWith { get; set; }

    public RecordingLogger<WebhookSender> Log { get; } = new();

    public MeterReader Meters { get; } = new();

    public WebhookSender Sender => new(new OutgoingHttp(this, clock), Meters.Metrics, clock, Log);

    public static WebhookTarget Target(string name = "restarts", string secret = Secret, TimeSpan? timeout = null) => new(
        name,
        new RestartOptions
        {
            WebhookUrl = new("https://receiver.test/hooks?key=kept-from-logs"),
            WebhookSecret = secret,
            WebhookTimeout = timeout ?? TimeSpan.FromSeconds(15),
        });

    public HttpClient CreateClient(string name) => new(new Handler(this)) { Timeout = Timeout.InfiniteTimeSpan };

    public static HttpResponseMessage Status(int status) => new((HttpStatusCode)status);

    public static HttpResponseMessage Status(int status, TimeSpan retryAfter) =>
        new((HttpStatusCode)status) { Headers = { RetryAfter = new(retryAfter) } };

    /// <summary>Base64 of HMAC-SHA256 over id, timestamp and body with full stops between, under the bytes behind the prefix.</summary>
    public static string Sign(string secret, string id, string timestamp, string body)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        return "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(id + "." + timestamp + "." + body)));
    }

    /// <summary>Nothing that was logged tells of address, secret or body.</summary>
    public void AssertDiscreet() => Assert.DoesNotContain(
        Log.Entries,
        entry => entry.Message.Contains("receiver.test", StringComparison.Ordinal)
            || entry.Message.Contains("kept-from-logs", StringComparison.Ordinal)
            || entry.Message.Contains("MfKQ9", StringComparison.Ordinal)
            || entry.Message.Contains("customer", StringComparison.OrdinalIgnoreCase));

    public int Logged(int id, LogLevel level) => Log.Entries.Count(entry => entry.Id == id && entry.Level == level);

    private async Task<HttpResponseMessage> ReceiveAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var delivery = new Delivery(
            request.Headers.GetValues("webhook-id").Single(),
            request.Headers.GetValues("webhook-timestamp").Single(),
            request.Headers.TryGetValues("webhook-signature", out var signatures) ? signatures.Single() : string.Empty,
            await request.Content!.ReadAsStringAsync(cancellationToken),
            clock.Now);
        Assert.Equal("application/json", request.Content.Headers.ContentType?.MediaType);
        Deliveries.Add(delivery);
        if (FailsWith is { } failure)
        {
            throw failure;
        }

        if (Answer(Deliveries.Count) is { } answer)
        {
            return answer;
        }

        // Whoever gives up goes on at once, on the clock's thread: the cancellation of a delay would go another way.
        var silence = new TaskCompletionSource<HttpResponseMessage>();
        using var givesUp = cancellationToken.UnsafeRegister(_ => silence.TrySetCanceled(cancellationToken), null);
        return await silence.Task;
    }

    private sealed class Handler(Receiver receiver) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            receiver.ReceiveAsync(request, cancellationToken);
    }
}
