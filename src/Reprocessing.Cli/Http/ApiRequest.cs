namespace Reprocessing.Cli.Http;

/// <summary>One request, which may be sent several times.</summary>
/// <param name="Path">From the root of the app, with its query.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    public JsonNode? Body { get; init; }

    /// <summary>Makes a body that is not JSON, anew for each time that it is sent.</summary>
    public Func<HttpContent>? Content { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Doing it twice is the same as once, though it is no read and has no key.</summary>
    public bool ChangesNothingTwice { get; init; }

    /// <summary>A file that goes up or comes down: as long as it takes.</summary>
    public bool IsLong { get; init; }

    /// <summary>An address of the management API comes with its own key, in whose place ours would be looked at and refused.</summary>
    public bool HasOwnKey => Path.Contains("?code=", StringComparison.Ordinal) || Path.Contains("&code=", StringComparison.Ordinal);

    /// <summary>May be sent again when nobody knows whether it arrived.</summary>
    public bool IsRepeatable => Method == HttpMethod.Get || IdempotencyKey is not null || ChangesNothingTwice;

    public static ApiRequest Get(string path) => new(HttpMethod.Get, path);

    public static ApiRequest Post(string path, JsonNode body) => new(HttpMethod.Post, path) { Body = body };

    public static ApiRequest Patch(string path, JsonNode body) => new(HttpMethod.Patch, path) { Body = body, ChangesNothingTwice = true };
}

/// <summary>Paths of the API. Ids and values go into them escaped, whatever is in them.</summary>
internal static class ApiPath
{
    public static string Of(string collection, string id, string? rest = null) =>
        $"/api/{collection}/{Uri.EscapeDataString(id)}{(rest is null ? string.Empty : $"/{rest}")}";

    /// <summary>Leaves out what is null.</summary>
    public static string With(string path, params (string Name, string? Value)[] query)
    {
        var said = query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}").ToList();
        return said.Count == 0 ? path : $"{path}?{string.Join('&', said)}";
    }
}

/// <summary>Where the app is, and the key that opens it.</summary>
/// <param name="Key">Empty when none was given. Sent as a header and written nowhere.</param>
internal sealed record Connection(Uri Url, string Key)
{
    public const string DefaultUrl = "http://localhost:7071";

    public const string KeyHeader = "x-functions-key";

    /// <summary>The key would be read by whoever is on the way.</summary>
    public bool ExposesKey => Key.Length > 0 && Url.Scheme == Uri.UriSchemeHttp && !Url.IsLoopback;

    public static Connection Of(string url, string? key)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandException(ExitCode.Usage, $"--url must be an http or https address, such as {DefaultUrl}.");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            // A key in an address ends up in logs and in the history of shells; it is not repeated here.
            throw new CommandException(ExitCode.Usage, "--url must be an address alone; give the key by --key or REPROCESS_KEY.");
        }

        if (key?.Any(letter => letter is < ' ' or > '~') == true)
        {
            throw new CommandException(ExitCode.Usage, "The key has characters that no header carries.");
        }

        return new(address, key?.Trim() ?? string.Empty);
    }

    /// <param name="path">From the root of the app, with its query.</param>
    public Uri To(string path) => new(Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
}
