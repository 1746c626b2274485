using System.Security.Cryptography;

namespace ReprocessingFunctions.Webhooks;

/// <summary>A signing key as the convention writes it: <c>whsec_</c> and base64 of 24 to 64 random bytes. Never shown again, not even by mistake.</summary>
internal sealed class WebhookSecret
{
    public const string Prefix = "whsec_";

    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <param name="text">One secret, or several separated by commas or spaces while they are being changed; the first is the newest.</param>
    /// <param name="fault">The end of a sentence, without any of the text.</param>
    public static IReadOnlyList<WebhookSecret> Parse(string text, out string? fault)
    {
        fault = null;
        List<WebhookSecret> secrets = [];
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (TryRead(part) is not { } key)
            {
                fault = $"must be {Prefix} and base64 of {LeastBytes} to {MostBytes} bytes, several separated by commas";
                return [];
            }

            secrets.Add(new(key));
        }

        if (secrets.Count == 0)
        {
            fault = "must be set";
        }

        return secrets;
    }

    public byte[] Sign(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_key, content);

    public override string ToString() => $"{Prefix}(hidden)";

    private static byte[]? TryRead(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length is >= LeastBytes and <= MostBytes
            ? key[..length]
            : null;
    }
}
