using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.OpenApi;

/// <summary>
/// One HTTP operation as it is documented. Each feature lists its own beside its functions, an operation a statement; a test
/// compares them with the functions that there are.
/// </summary>
/// <param name="Function">The function's name, which is the operation's id.</param>
internal sealed partial record ApiOperation(string Method, string Route, string Function, string Summary)
{
    public string Tag { get; init; } = "";

    public string? Description { get; init; }

    public bool NeedsKey { get; init; } = true;

    public IReadOnlyList<ApiParameter> Parameters { get; init; } = PathParameters(Route);

    public ApiBody? Body { get; init; }

    /// <summary>Media types of bodies that are no JSON and are taken instead.</summary>
    public IReadOnlyList<string> Uploads { get; init; } = [];

    public IReadOnlyList<ApiAnswer> Answers { get; init; } = [];

    /// <summary>Codes of <see cref="ProblemCatalog"/>; what every endpoint may answer is among them.</summary>
    public IReadOnlyList<string> ProblemCodes { get; init; } = ["storage_unavailable", "internal_error"];

    public static ApiOperation Get(string function, string route, string summary) => new("get", route, function, summary);

    public static ApiOperation Post(string function, string route, string summary) => new("post", route, function, summary);

    public static ApiOperation Patch(string function, string route, string summary) => new("patch", route, function, summary);

    public static ApiOperation Delete(string function, string route, string summary) => new("delete", route, function, summary);

    /// <summary>Anybody may call it, and it answers no problems.</summary>
    public ApiOperation Open() => this with { NeedsKey = false, ProblemCodes = [] };

    public ApiOperation Saying(string description) => this with { Description = description };

    public ApiOperation Takes<T>(T? example = null, bool optional = false)
        where T : class => (this with { Body = new(typeof(T), example, !optional) }).Refuses("invalid_body", "body_too_large");

    public ApiOperation OrUpload(params IReadOnlyList<string> mediaTypes) => this with { Uploads = mediaTypes };

    public ApiOperation Answers200<T>(T? example = null)
        where T : class => Answering<T>(200, "Done.", example);

    public ApiOperation Answering<T>(int status, string description, T? example = null, params IReadOnlyList<string> headers)
        where T : class => this with { Answers = [.. Answers, new(status, description, typeof(T), "application/json") { Example = example, Headers = headers }] };

    /// <summary>Something else than JSON.</summary>
    public ApiOperation AnsweringText(int status, string description, string mediaType) =>
        this with { Answers = [.. Answers, new(status, description, null, mediaType)] };

    /// <summary>A list in pages.</summary>
    public ApiOperation AnswersPage<T>() => (this with
    {
        Parameters =
        [
            .. Parameters,
            ApiParameter.Number("pageSize", $"How many items at most, 1 to {Paging.MaxSize}; {Paging.DefaultSize} unless said.", 1, Paging.MaxSize),
            ApiParameter.Text("pageToken", "The nextPageToken of the page before. Opaque."),
        ],
    }).Answering<PageAnswer<T>>(200, "A page. No nextPageToken means that it is the last.").Refuses("invalid_parameter");

    public ApiOperation With(params IReadOnlyList<ApiParameter> parameters) => this with { Parameters = [.. Parameters, .. parameters] };

    /// <summary>An edit that can be made to depend on what was read.</summary>
    public ApiOperation HonoursIfMatch() => With(ApiParameter.Header("If-Match", "The ETag that was read; the edit is refused when it is another by now."))
        .Refuses("precondition_failed");

    public ApiOperation IsIdempotent() => With(ApiParameter.Header(
            "Idempotency-Key", "1 to 255 visible characters. The same key with the same body is answered as before and does nothing twice."))
        .Refuses("idempotency_key_reused", "invalid_parameter");

    public ApiOperation Refuses(params IReadOnlyList<string> codes) => this with { ProblemCodes = [.. ProblemCodes.Union(codes)] };

    public static IReadOnlyList<ApiOperation> Under(string tag, params IReadOnlyList<ApiOperation> operations) =>
        [.. operations.Select(operation => operation with { Tag = tag })];

    private static IReadOnlyList<ApiParameter> PathParameters(string route) =>
        [.. RouteNames().Matches(route).Select(match => ApiParameter.Path(match.Groups[1].Value))];

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex RouteNames();
}

internal sealed record ApiParameter(string Name, string In, bool IsRequired, string? Description, JsonObject Schema)
{
    public static ApiParameter Path(string name) => new(name, "path", IsRequired: true, null, new() { ["type"] = "string" });

    public static ApiParameter Text(string name, string description) => new(name, "query", IsRequired: false, description, new() { ["type"] = "string" });

    public static ApiParameter Header(string name, string description) => new(name, "header", IsRequired: false, description, new() { ["type"] = "string" });

    public static ApiParameter Time(string name, string description) =>
        new(name, "query", IsRequired: false, description, new() { ["type"] = "string", ["format"] = "date-time" });

    public static ApiParameter Number(string name, string description, int min, int max) =>
        new(name, "query", IsRequired: false, description, new() { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max });

    public static ApiParameter OneOf(string name, string description, params IReadOnlyList<string> values) =>
        new(name, "query", IsRequired: false, description, new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) });
}

internal sealed record ApiBody(Type Type, object? Example, bool IsRequired);

/// <param name="Type">Null when the body is not JSON.</param>
internal sealed record ApiAnswer(int Status, string Description, Type? Type, string MediaType)
{
    public object? Example { get; init; }

    public IReadOnlyList<string> Headers { get; init; } = [];
}
