namespace Reprocessing.Functions.Webhooks;

/// <summary>The headers of the Standard Webhooks convention: <c>{id}.{seconds}.{body}</c> under HMAC-SHA256, a signature a secret.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Version = "v1";

    /// <summary>Of the attempt, so that a receiver can refuse a message that is replayed much later.</summary>
    public static string Timestamp(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Separated by spaces: a receiver that knows any one of the secrets finds its own.</summary>
    public static string Of(string id, string timestamp, ReadOnlySpan<byte> body, IReadOnlyList<WebhookSecret> secrets)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return string.Join(' ', secrets.Select(secret => $"{Version},{Convert.ToBase64String(secret.Sign(content))}"));
    }
}

/// <summary>A signing key as the convention writes it: <c>whsec_</c> and base64 of 24 to 64 random bytes. Its text form hides the key.</summary>
internal sealed class WebhookSecret(byte[] key)
{
    public const string Prefix = "whsec_";

    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    /// <param name="text">One secret, or several separated by commas or spaces while they are being changed; the first is the newest.</param>
    /// <param name="fault">The end of a sentence, without any of the text.</param>
    public static IReadOnlyList<WebhookSecret> Parse(string text, out string? fault)
    {
        var parts = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        List<WebhookSecret> secrets = [.. parts.Select(TryRead).OfType<WebhookSecret>()];
        fault = parts.Length == 0 ? "must be set"
            : secrets.Count < parts.Length ? $"must be {Prefix} and base64 of {LeastBytes} to {MostBytes} bytes, several separated by commas"
            : null;
        return fault is null ? secrets : [];
    }

    public byte[] Sign(ReadOnlySpan<byte> content) => HMACSHA256.HashData(key, content);

    public override string ToString() => $"{Prefix}(hidden)";

    private static WebhookSecret? TryRead(string text)
    {
        var key = new byte[text.Length];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            && length is >= LeastBytes and <= MostBytes
                ? new(key[..length])
                : null;
    }
}
