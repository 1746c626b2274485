using System.Buffers.Text;

namespace Reprocessing.Functions.Http;

internal sealed record PageResponse<T>(IReadOnlyList<T> Items, string? NextPageToken);

internal static class Paging
{
    public const int DefaultSize = 50;
    public const int MaxSize = 1000;

    public static Problem UnknownToken { get; } = Problems.InvalidParameter("pageToken", "The page token is not one of this API's.");

    public static Task<HttpResponseData> PageAsync<TStored, TShown>(
        this HttpRequestData request,
        Func<int, string?, CancellationToken, Task<Reprocessing.Storage.Page<TStored>>> list,
        Func<TStored, TShown> show,
        CancellationToken cancellationToken) =>
        request.PageAsync(list, (item, _) => Task.FromResult(show(item)), cancellationToken);

    public static async Task<HttpResponseData> PageAsync<TStored, TShown>(
        this HttpRequestData request,
        Func<int, string?, CancellationToken, Task<Reprocessing.Storage.Page<TStored>>> list,
        Func<TStored, CancellationToken, Task<TShown>> show,
        CancellationToken cancellationToken)
    {
        var size = request.QueryNumber("pageSize", DefaultSize, MaxSize);
        var token = request.QueryText("pageToken") is { } opaque ? Decode(opaque) : null;
        var page = await list(size, token, cancellationToken);
        List<TShown> shown = [];
        foreach (var item in page.Items)
        {
            shown.Add(await show(item, cancellationToken));
        }

        return await request.OkAsync(new PageResponse<TShown>(shown, Encode(page.Next)), cancellationToken);
    }

    /// <summary>Tokens are opaque on purpose: what storage puts into them may change.</summary>
    private static string? Encode(string? token) => token is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token));

    private static string Decode(string token) =>
        Base64Url.IsValid(token) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) : throw new ProblemException(UnknownToken);
}

internal static class RouteIds
{
    /// <summary>No value of any route is one that storage cannot look up.</summary>
    public static void CheckRoute(this HttpRequestData request, string route)
    {
        var names = route.Split('/');
        foreach (var (name, value) in names.Zip(request.Url.AbsolutePath.Split('/').TakeLast(names.Length)).Where(part => part.First is ['{', ..]))
        {
            Check(Uri.UnescapeDataString(value), name.Trim('{', '}'));
        }
    }

    public static void Check(string id, string name, int maxLength = Identifiers.MaxLength)
    {
        if ((Identifiers.Problem(id) ?? (id.Length > maxLength ? "is too long" : null)) is { } fault)
        {
            throw new ProblemException(Problems.InvalidParameter(name, $"'{name}' {fault}."));
        }
    }
}

/// <summary>Values of the query. One that cannot be used is refused, never passed over: without its filter a request would act on everything.</summary>
internal static class QueryParameters
{
    /// <summary>The platform's own, which hold a key and its name.</summary>
    private static readonly string[] Platform = ["code", "clientId"];

    public static void ThrowIfUndeclared(this HttpRequestData request, IReadOnlySet<string> names)
    {
        foreach (var name in request.Query.AllKeys.Except(Platform, StringComparer.OrdinalIgnoreCase))
        {
            if (name is null || !names.Contains(name))
            {
                var known = names.Count == 0 ? "it takes none" : $"it takes {string.Join(", ", names)}";
                throw new ProblemException(Problems.InvalidParameter(name ?? string.Empty, $"There is no parameter '{name}' here: {known}."));
            }

            if (request.Query.GetValues(name) is not [var value])
            {
                throw Invalid(name, "is said more than once.");
            }

            if (string.IsNullOrWhiteSpace(value))
            {
                throw Invalid(name, "is empty; leave it out.");
            }
        }
    }

    public static string? QueryText(this HttpRequestData request, string name) => request.Query[name] is { Length: > 0 } text ? text : null;

    public static int QueryNumber(this HttpRequestData request, string name, int whenAbsent, int max) =>
        request.QueryText(name) is not { } text ? whenAbsent
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max ? value
        : throw Invalid(name, $"must be a whole number from 1 to {max}.");

    public static T? QueryEnum<T>(this HttpRequestData request, string name)
        where T : struct, Enum =>
        request.QueryText(name) is not { } text ? null
        : EnumNames.TryParse<T>(text, out var value) ? value
        : throw Invalid(name, $"must be one of {string.Join(", ", EnumNames.All<T>())}.");

    /// <summary>A time without an offset is UTC: servers and operators need not agree on where they are.</summary>
    public static DateTimeOffset? QueryTime(this HttpRequestData request, string name) =>
        request.QueryText(name) is not { } text ? null
        // A plus sign that was not escaped arrives as a space.
        : DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw Invalid(name, "must be a time as 2026-03-01T12:00:00Z.");

    private static ProblemException Invalid(string name, string fault) => new(Problems.InvalidParameter(name, $"'{name}' {fault}"));
}
