using System.Text.Json;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Webhooks;

/// <summary>What is told, as it goes over the wire: the same id and the same bytes in every try.</summary>
internal sealed record WebhookMessage(string Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>An order's whole input, at most 400 KiB, and what is said of it.</summary>
    public const int MaxBody = 512 * 1024;

    /// <param name="timestamp">When it happened.</param>
    public static WebhookMessage Create<TData>(string id, string type, DateTimeOffset timestamp, TData data) =>
        new(id, JsonSerializer.SerializeToUtf8Bytes(new Envelope<TData>(type, timestamp, data), AppJson.Answers));

    private sealed record Envelope<TData>(string Type, DateTimeOffset Timestamp, TData Data);
}
