using System.Text.Json.Nodes;

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
