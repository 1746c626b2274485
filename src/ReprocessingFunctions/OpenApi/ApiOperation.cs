using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ReprocessingFunctions.OpenApi;

/// <summary>One HTTP operation as it is documented, read from the attributes of its function.</summary>
/// <param name="Function">The function's name, which is the operation's id.</param>
internal sealed partial record ApiOperation(string Method, string Route, string Function, EndpointAttribute Endpoint)
{
    private const BindingFlags Functions = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>The features in the order in which readers meet them.</summary>
    private static readonly string[] Tags =
        ["orders", "dead letters", "imports", "exports", "plans", "jobs", "runs", "workflows", "audit", "samples", "health", "document"];

    /// <summary>The operations of this app, in the order of the document.</summary>
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        .. typeof(ApiOperation).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Functions))
            .Where(method => method.IsDefined(typeof(EndpointAttribute)))
            .Select(Read)
            .OrderBy(operation => Array.IndexOf(Tags, operation.Endpoint.Tag)),
    ];

    public bool NeedsKey { get; private init; } = true;

    public IReadOnlyList<ApiParameter> Parameters { get; private init; } = [];

    public ApiBody? Body { get; private init; }

    public IReadOnlyList<ApiAnswer> Answers { get; private init; } = [];

    /// <summary>Codes of <see cref="ProblemCatalog"/>, among them what every endpoint may answer.</summary>
    public IReadOnlyList<string> ProblemCodes { get; private init; } = [];

    private static ApiParameter[] PageParameters =>
    [
        new("pageSize", "query", IsRequired: false, $"How many items at most, 1 to {Paging.MaxSize}; {Paging.DefaultSize} unless said.", ApiParameter.Number(Paging.MaxSize)),
        new("pageToken", "query", IsRequired: false, "The nextPageToken of the page before. Opaque.", ApiParameter.Text()),
    ];

    private static ApiOperation Read(MethodInfo function)
    {
        var trigger = function.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single();
        var endpoint = function.GetCustomAttribute<EndpointAttribute>()!;
        var body = function.GetCustomAttribute<BodyAttribute>();
        var needsKey = trigger.AuthLevel != AuthorizationLevel.Anonymous;
        return new(trigger.Methods![0], trigger.Route!, function.GetCustomAttribute<FunctionAttribute>()!.Name, endpoint)
        {
            NeedsKey = needsKey,
            Parameters = [.. ParametersOf(function, trigger.Route!, endpoint)],
            Body = body is null ? null : new(body.Type, Member(function, body.Example), !body.IsOptional, body.Uploads),
            Answers =
            [
                .. function.GetCustomAttributes<AnswerAttribute>().Select(answer =>
                    new ApiAnswer(answer.Status, answer.Description, answer.Type, answer.MediaType, Member(function, answer.Example), answer.Headers)),
                .. endpoint.PageOf is { } item
                    ? [new ApiAnswer(200, "A page. No nextPageToken means that it is the last.", typeof(PageAnswer<>).MakeGenericType(item), "application/json")]
                    : Array.Empty<ApiAnswer>(),
            ],
            ProblemCodes = needsKey ? [.. ProblemsOf(function, endpoint, body).Distinct()] : [],
        };
    }

    private static IEnumerable<ApiParameter> ParametersOf(MethodInfo function, string route, EndpointAttribute endpoint)
    {
        foreach (var parameter in PathParameters(route))
        {
            yield return parameter;
        }

        foreach (var parameter in function.GetCustomAttributes<ParameterAttribute>())
        {
            var schema = parameter switch
            {
                { Max: > 0 and var max } => ApiParameter.Number(max),
                { IsTime: true } => ApiParameter.Text("date-time"),
                { OneOf: { } type } => ApiParameter.OneOf(NamesOf(type)),
                { Values: { } values } => ApiParameter.OneOf((IEnumerable<string>)Member(function, values)!),
                _ => ApiParameter.Text(),
            };
            yield return new(parameter.Name, parameter.IsHeader ? "header" : "query", IsRequired: false, parameter.Description, schema);
        }

        if (endpoint.PageOf is not null)
        {
            foreach (var parameter in PageParameters)
            {
                yield return parameter;
            }
        }

        if (endpoint.IsIdempotent)
        {
            const string Key = "1 to 255 visible characters. The same key with the same body is answered as before and does nothing twice.";
            yield return new("Idempotency-Key", "header", IsRequired: false, Key, ApiParameter.Text());
        }

        if (endpoint.HonoursIfMatch)
        {
            const string Tag = "The ETag that was read; the edit is refused when it is another by now.";
            yield return new("If-Match", "header", IsRequired: false, Tag, ApiParameter.Text());
        }
    }

    private static IEnumerable<ApiParameter> PathParameters(string route) =>
        RouteNames().Matches(route).Select(match => new ApiParameter(match.Groups[1].Value, "path", IsRequired: true, null, ApiParameter.Text()));

    private static IEnumerable<string> ProblemsOf(MethodInfo function, EndpointAttribute endpoint, BodyAttribute? body) =>
    [
        "storage_unavailable",
        "internal_error",
        .. body is null ? Array.Empty<string>() : ["invalid_body", "body_too_large"],
        .. endpoint.IsIdempotent ? ["idempotency_key_reused", "invalid_parameter"] : Array.Empty<string>(),
        .. endpoint.HonoursIfMatch ? ["precondition_failed"] : Array.Empty<string>(),
        .. endpoint.PageOf is null ? Array.Empty<string>() : ["invalid_parameter"],
        .. function.GetCustomAttribute<RefusesAttribute>()?.Codes ?? [],
    ];

    /// <summary>The value of a static field or property of the function's class.</summary>
    private static object? Member(MethodInfo function, string? name) => name is null ? null
        : function.DeclaringType!.GetMember(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).Single() switch
        {
            FieldInfo field => field.GetValue(null),
            PropertyInfo property => property.GetValue(null),
            var other => throw new InvalidOperationException($"{other} is neither a field nor a property."),
        };

    private static IEnumerable<string> NamesOf(Type type) =>
        (IEnumerable<string>)typeof(EnumNames).GetMethod(nameof(EnumNames.All))!.MakeGenericMethod(type).Invoke(null, null)!;

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex RouteNames();
}

internal sealed record ApiParameter(string Name, string In, bool IsRequired, string? Description, JsonObject Schema)
{
    public static JsonObject Text(string? format = null) =>
        format is null ? new() { ["type"] = "string" } : new() { ["type"] = "string", ["format"] = format };

    public static JsonObject Number(int max) => new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = max };

    public static JsonObject OneOf(IEnumerable<string> values) =>
        new() { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };
}

/// <param name="Uploads">Media types of bodies that are no JSON and are taken instead.</param>
internal sealed record ApiBody(Type Type, object? Example, bool IsRequired, IReadOnlyList<string> Uploads);

/// <param name="Type">Null when the body is not JSON.</param>
internal sealed record ApiAnswer(
    int Status, string Description, Type? Type, string MediaType, object? Example = null, IReadOnlyList<string>? Headers = null);
