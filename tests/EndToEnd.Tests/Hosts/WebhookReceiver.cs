using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Waiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Hosts;

/// <summary>One request, as it came in.</summary>
internal sealed record Delivery(string Id, string Timestamp, JsonElement Body)
{
    public string? Type => Body.Text("type");

    public JsonElement Data => Body.At("data");
}

/// <summary>
/// The other end of a webhook, written from the convention and not from the app: it verifies signature and time, remembers what
/// came in, and answers as the test wants.
/// </summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<Delivery> _deliveries = new();
    private readonly ConcurrentQueue<string> _faults = new();

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(ReceiveAsync);
    }

    public byte[] Key { get; } = RandomNumberGenerator.GetBytes(32);

    public string Secret => "whsec_" + Convert.ToBase64String(Key);

    public string Address => $"{_server.Urls.First()}/hooks";

    /// <summary>In the order in which they came in.</summary>
    public IReadOnlyList<Delivery> Deliveries => [.. _deliveries];

    /// <summary>Given the delivery and how many came before it under its id; null breaks the connection off.</summary>
    public Func<Delivery, int, Task<int?>> Respond { get; set; } = (_, _) => Task.FromResult<int?>(202);

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        await receiver._server.StartAsync();
        return receiver;
    }

    public (string, string)[] AsRestartTarget(params (string, string)[] more) =>
        [("RestartTarget", "webhook"), ("RestartWebhookUrl", Address), ("RestartWebhookSecret", Secret), .. more];

    public (string, string)[] AsNotificationTarget(params (string, string)[] more) =>
        [("NotificationWebhookUrl", Address), ("NotificationWebhookSecret", Secret), ("NotificationWebhookRetryDelay", "00:00:00.200"), .. more];

    /// <summary>The deliveries, once there are so many.</summary>
    public Task<IReadOnlyList<Delivery>> WaitForAsync(int count, TimeSpan? limit = null) => Eventually.GetAsync(
        () => Task.FromResult(Deliveries is { } all && all.Count >= count ? all : null),
        limit,
        () => $"{Deliveries.Count} of {count}: {string.Join(", ", Deliveries.Select(delivery => delivery.Id))}");

    /// <summary>Every request bore a good signature, and whatever came more than once came each time as the same bytes.</summary>
    public void AssertGenuine()
    {
        Assert.Empty(_faults);
        foreach (var same in Deliveries.GroupBy(delivery => delivery.Id))
        {
            Assert.Single(same.Select(delivery => delivery.Body.GetRawText()).Distinct());
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var (id, timestamp) = (context.Request.Headers["webhook-id"].ToString(), context.Request.Headers["webhook-timestamp"].ToString());
        if (Fault(id, timestamp, context.Request.Headers["webhook-signature"].ToString(), buffer.ToArray()) is { } fault)
        {
            _faults.Enqueue($"{id}: {fault}");
            context.Response.StatusCode = 401;
            return;
        }

        using var body = JsonDocument.Parse(buffer.ToArray());
        var delivery = new Delivery(id, timestamp, body.RootElement.Clone());
        var earlier = _deliveries.Count(other => other.Id == id);
        _deliveries.Enqueue(delivery);
        if (await Respond(delivery, earlier) is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }

        context.Abort();
    }

    private string? Fault(string id, string timestamp, string signatures, byte[] body)
    {
        if (id.Length == 0 || id.Contains('.', StringComparison.Ordinal))
        {
            return "the id is missing or could be mistaken for more of the content";
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || (TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
        {
            return $"the timestamp {timestamp} is not of now";
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = HMACSHA256.HashData(Key, signed);
        var isGood = signatures.Split(' ')
            .Where(signature => signature.StartsWith("v1,", StringComparison.Ordinal))
            .Any(signature => CryptographicOperations.FixedTimeEquals(expected, Convert.FromBase64String(signature[3..])));
        return isGood ? null : $"none of the signatures {signatures} is good";
    }
}
