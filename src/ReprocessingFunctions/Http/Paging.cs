using System.Globalization;
using System.Text;
using Microsoft.Azure.Functions.Worker.Http;

namespace ReprocessingFunctions.Http;

/// <summary>What a caller asked of a list: <c>pageSize</c> (1 to 1000, default 50) and the opaque <c>pageToken</c> of the page before.</summary>
internal sealed record PageRequest(int Size, string? Token);

/// <summary>A page of a list; no token means that it was the last.</summary>
internal sealed record PageAnswer<T>(IReadOnlyList<T> Items, string? NextPageToken);

internal static class Paging
{
    public const int DefaultSize = 50;

    public const int MaxSize = 1000;

    public static Problem UnknownToken { get; } = Problems.InvalidParameter("pageToken", "The page token is not one of this API's.");

    public static (PageRequest Page, Problem? Problem) Read(HttpRequestData request)
    {
        var (size, problem) = QueryNumber(request, "pageSize", DefaultSize, MaxSize);
        if (problem is not null)
        {
            return (new(size, null), problem);
        }

        return request.Query["pageToken"] is not { Length: > 0 } token ? (new(size, null), null)
            : TryDecode(token, out var decoded) ? (new(size, decoded), null)
            : (new(size, null), UnknownToken);
    }

    /// <summary>A whole number from 1 to <paramref name="max"/>, or its default when the caller did not say.</summary>
    public static (int Value, Problem? Problem) QueryNumber(HttpRequestData request, string name, int whenAbsent, int max) =>
        request.Query[name] is not { Length: > 0 } text ? (whenAbsent, null)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max ? (value, null)
        : (whenAbsent, Problems.InvalidParameter(name, $"'{name}' must be a whole number from 1 to {max}."));

    /// <summary>Tokens are opaque on purpose: what storage puts into them may change.</summary>
    public static string? Encode(string? token) =>
        token is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(token)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static bool TryDecode(string token, out string? decoded)
    {
        var padded = token.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (token.Length % 4)) % 4);
        var bytes = new byte[padded.Length];
        var valid = Convert.TryFromBase64String(padded, bytes, out var length);
        decoded = valid ? Encoding.UTF8.GetString(bytes, 0, length) : null;
        return valid;
    }
}
