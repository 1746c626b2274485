using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Durable;

/// <summary>Scheme and authority as the caller sees them: <c>Forwarded</c>, then <c>X-Forwarded-*</c>, then the request's own.</summary>
internal static class ForwardedAddress
{
    public static string Of(HttpRequestData request) =>
        Of(request.Url, name => request.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null);

    public static string Of(Uri url, Func<string, string?> header)
    {
        var (proto, host) = Forwarded(header("Forwarded"));
        proto ??= First(header("X-Forwarded-Proto"));
        host ??= First(header("X-Forwarded-Host"));
        var address = $"{proto ?? url.Scheme}://{host ?? url.Authority}";

        // A header that makes no address is a caller's mistake or worse: the request's own address is safe.
        return Uri.TryCreate(address, UriKind.Absolute, out var forwarded) && forwarded.Scheme is "http" or "https"
            ? address
            : url.GetLeftPart(UriPartial.Authority);
    }

    private static (string? Proto, string? Host) Forwarded(string? value)
    {
        string? proto = null;
        string? host = null;
        foreach (var pair in (First(value) ?? string.Empty).Split(';', StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2) is [var name, var text])
            {
                text = text.Trim().Trim('"');
                if (name.Trim().Equals("proto", StringComparison.OrdinalIgnoreCase))
                {
                    proto ??= text;
                }
                else if (name.Trim().Equals("host", StringComparison.OrdinalIgnoreCase))
                {
                    host ??= text;
                }
            }
        }

        return (proto, host);
    }

    private static string? First(string? value) =>
        value?.Split(',', 2)[0].Trim() is { Length: > 0 } first ? first : null;
}
