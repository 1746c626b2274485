using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>The <c>Idempotency-Key</c> of a request: quoted or bare, 1 to 255 visible characters.</summary>
internal static class ImportKeys
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    public static (string? Key, Problem? Problem) Read(HttpRequestData request)
    {
        if (!request.Headers.TryGetValues(Header, out var values))
        {
            return (null, null);
        }

        var text = string.Join(',', values).Trim();
        var key = text is ['"', .. var inner, '"'] ? inner : text;
        return key.Length is >= 1 and <= MaxLength && key.All(letter => letter is > ' ' and <= '~')
            ? (key, null)
            : (null, Problems.InvalidParameter(Header, $"'{Header}' must have 1 to {MaxLength} visible characters."));
    }

    public static Problem Reused() => new(
        HttpStatusCode.UnprocessableEntity,
        "idempotency_key_reused",
        "The idempotency key belongs to another request.",
        "Another request was made under this key; use a new key for a new request.");
}
