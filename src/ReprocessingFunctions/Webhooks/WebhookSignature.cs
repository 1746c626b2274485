using System.Globalization;
using System.Text;

namespace ReprocessingFunctions.Webhooks;

/// <summary>The headers of the Standard Webhooks convention: <c>{id}.{seconds}.{body}</c> under HMAC-SHA256, a signature a secret.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Version = "v1";

    /// <summary>Of the try, so that a receiver can refuse what is replayed to it much later.</summary>
    public static string Timestamp(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Separated by spaces: a receiver that knows any one of the secrets finds its own.</summary>
    public static string Of(string id, string timestamp, ReadOnlySpan<byte> body, IReadOnlyList<WebhookSecret> secrets)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return string.Join(' ', secrets.Select(secret => $"{Version},{Convert.ToBase64String(secret.Sign(content))}"));
    }
}
