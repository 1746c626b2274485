namespace Reprocessing.Cli.Http;

/// <summary>A request, which may be sent several times.</summary>
/// <param name="Path">From the app's root, with its query.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    private const int LongestAddress = 2_000;

    public JsonNode? Body { get; init; }

    /// <summary>Creates a body other than JSON for each try.</summary>
    public Func<HttpContent>? Content { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Sending it twice has the same effect as once.</summary>
    public bool ChangesNothingTwice { get; init; }

    /// <summary>An upload or download, which may take any time.</summary>
    public bool IsLong { get; init; }

    /// <summary>A URL of the management API has its own key; a second one would be checked instead and refused.</summary>
    public bool HasOwnKey => Path.Contains("?code=", StringComparison.Ordinal) || Path.Contains("&code=", StringComparison.Ordinal);

    /// <summary>May be sent again when it is unknown whether it arrived.</summary>
    public bool IsRepeatable => Method == HttpMethod.Get || IdempotencyKey is not null || ChangesNothingTwice;

    /// <summary>For messages: the query may contain a key.</summary>
    public string Name => $"{Method} {Path.Split('?')[0]}";

    public static ApiRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>Asks for what a query selects: by an address, or in a body when the filter makes it longer than servers and proxies take.</summary>
    public static ApiRequest Ask(string path, params IReadOnlyList<(string Name, string? Value)> query)
    {
        var address = ApiPath.With(path, [.. query]);
        return address.Length <= LongestAddress ? Get(address) : Post(
            $"{path}/query", query.Aggregate(new JsonObject(), (body, said) => body.With(said.Name, said.Value))) with { ChangesNothingTwice = true };
    }

    public static ApiRequest Post(string path, JsonNode body) => new(HttpMethod.Post, path) { Body = body };

    public static ApiRequest Delete(string path) => new(HttpMethod.Delete, path) { ChangesNothingTwice = true };

    public static ApiRequest Patch(string path, JsonNode body) => new(HttpMethod.Patch, path) { Body = body, ChangesNothingTwice = true };
}

internal static class JsonBody
{
    /// <summary>Adds a member unless it is null or empty.</summary>
    public static JsonObject With(this JsonObject body, string name, JsonNode? value)
    {
        if (value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 }))
        {
            body[name] = value;
        }

        return body;
    }

    public static JsonObject WithFlag(this JsonObject body, string name, bool isSet) => body.With(name, isSet ? JsonValue.Create(true) : null);

    public static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}

/// <summary>Paths of the API, with escaped ids and values.</summary>
internal static class ApiPath
{
    public static string Of(string collection, string id, string? rest = null) =>
        $"/api/{collection}/{Uri.EscapeDataString(id)}{(rest is null ? string.Empty : $"/{rest}")}";

    /// <summary>Leaves out null values.</summary>
    public static string With(string path, params (string Name, string? Value)[] query)
    {
        var said = query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}").ToList();
        return said.Count == 0 ? path : $"{path}?{string.Join('&', said)}";
    }
}

/// <summary>The app's address, key and token. Both secrets are empty when none was given, sent only as headers and never printed.</summary>
internal sealed record Connection(Uri Url, string Key, string Token)
{
    public const string DefaultUrl = "http://localhost:7071";

    public const string KeyHeader = "x-functions-key";

    /// <summary>The key or the token could be read on the way.</summary>
    public bool ExposesSecret => Key.Length + Token.Length > 0 && Url.Scheme == Uri.UriSchemeHttp && !Url.IsLoopback;

    public static Connection Of(string url, string? key, string? token)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandException(ExitCode.Usage, $"--url must be an http or https address, such as {DefaultUrl}.");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            // A key in a URL ends up in logs and in the shell's history, so it is not repeated here.
            throw new CommandException(ExitCode.Usage, "--url must be an address alone; give the key by --key or REPROCESS_KEY.");
        }

        if ($"{key}{token}".Any(letter => letter is < ' ' or > '~'))
        {
            throw new CommandException(ExitCode.Usage, "The key or the token has characters that no header carries.");
        }

        return new(address, key?.Trim() ?? string.Empty, token?.Trim() ?? string.Empty);
    }

    public Uri To(string path) => new(Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
}
