namespace Reprocessing.Functions.Http;

/// <summary>A tag is a digest of the stored version, in the strong form, as the weak one may not stand in an If-Match.</summary>
internal static class EntityTags
{
    public const string Header = "ETag";

    public static string Of(string storedVersion) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(storedVersion)).AsSpan(0, 12))}\"";

    public static bool Allows(HttpRequestData request, string storedVersion) =>
        Expected(request) is var tags && (tags.Count == 0 || tags.Contains("*") || tags.Contains(Of(storedVersion)));

    /// <summary>Proxies make tags weak and people drop the quotes; both still mean the same tag.</summary>
    private static List<string> Expected(HttpRequestData request) =>
        !request.Headers.TryGetValues("If-Match", out var values) ? []
        :
        [
            .. values
                .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Select(tag => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag)
                .Select(tag => tag is "*" ? tag : $"\"{tag.Trim('"')}\""),
        ];
}

internal sealed record RequestKey(string Scope, string Key, string RequestHash)
{
    public string Id { get; } = IdempotencyKey.Digest($"{Scope}\n{Key}\n{RequestHash}");
}

/// <summary>The <c>Idempotency-Key</c> header: a quoted string by its draft, and taken without the quotes as well.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 255;

    /// <summary>A key belongs to its caller: another's request with the same key is another request.</summary>
    public static RequestKey? Read<TBody>(HttpRequestData request, string scope, TBody body, string? claimed)
    {
        if (!request.Headers.TryGetValues(Header, out var values))
        {
            return null;
        }

        var text = string.Join(',', values).Trim();
        var key = text is ['"', .. var quoted, '"'] ? quoted : text;
        return key.Length is >= 1 and <= MaxLength && key.All(character => character is > ' ' and <= '~')
            ? new($"{scope}\n{Caller.Find(request, claimed)}", key, Digest(JsonSerializer.Serialize(body, AppJson.Worker)))
            : throw new ProblemException(Problems.InvalidParameter(Header, $"'{Header}' must have 1 to {MaxLength} visible ASCII characters."));
    }

    internal static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
