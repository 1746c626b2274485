using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Http;

namespace ReprocessingFunctions.Http;

/// <summary>A request that is to be done once, however often it arrives.</summary>
/// <param name="Scope">The route.</param>
/// <param name="RequestHash">Of what is asked for: the same key may not stand for two things.</param>
internal sealed record RequestKey(string Scope, string Key, string RequestHash)
{
    /// <summary>One short name for all three.</summary>
    public string Id { get; } = IdempotencyKey.Digest($"{Scope}\n{Key}\n{RequestHash}");
}

/// <summary>The <c>Idempotency-Key</c> header: a quoted string by its draft, and taken without the quotes as well.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 255;

    /// <summary>Null without a key.</summary>
    public static (RequestKey? Key, Problem? Problem) Read<TBody>(HttpRequestData request, string scope, TBody body)
    {
        if (!request.Headers.TryGetValues(Header, out var values))
        {
            return (null, null);
        }

        var text = string.Join(',', values).Trim();
        var key = text is ['"', .. var quoted, '"'] ? quoted : text;
        return key.Length is >= 1 and <= MaxLength && key.All(character => character is > ' ' and <= '~')
            ? (new(scope, key, Digest(JsonSerializer.Serialize(body, AppJson.Worker))), null)
            : (null, Problems.InvalidParameter(Header, $"'{Header}' must have 1 to {MaxLength} visible ASCII characters."));
    }

    internal static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
