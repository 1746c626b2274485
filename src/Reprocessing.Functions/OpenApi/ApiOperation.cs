namespace Reprocessing.Functions.OpenApi;

internal sealed partial class ApiOperation(MethodInfo function)
{
    private const BindingFlags Functions = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly string[] Tags =
        ["orders", "dead letters", "imports", "exports", "plans", "jobs", "runs", "schedule", "alerts", "workflows", "audit", "samples", "identity", "health", "document"];

    private readonly MethodInfo _function = function;

    private readonly HttpTriggerAttribute _trigger =
        function.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single();

    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        .. typeof(ApiOperation).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Functions))
            .Where(method => method.IsDefined(typeof(EndpointAttribute)))
            .Select(method => new ApiOperation(method))
            .OrderBy(operation => Array.IndexOf(Tags, operation.Endpoint.Tag)),
    ];

    private static readonly Dictionary<string, ApiOperation> ByFunction = All.ToDictionary(operation => operation.Id);

    public string Id { get; } = function.GetCustomAttribute<FunctionAttribute>()!.Name;

    public EndpointAttribute Endpoint { get; } = function.GetCustomAttribute<EndpointAttribute>()!;

    public BodyAttribute? Body { get; } = function.GetCustomAttribute<BodyAttribute>();

    public string Method => _trigger.Methods![0];

    public string Route => _trigger.Route!;

    public bool NeedsKey => _trigger.AuthLevel != AuthorizationLevel.Anonymous;

    public Role Role => NeedsKey ? Endpoint.RoleOrNull ?? (Method == "get" ? Role.Viewer : Role.Operator) : Role.None;

    public bool Changes => Role > Role.Viewer;

    public IReadOnlySet<string> QueryNames => field ??= DescribeParameters()
        .Where(parameter => (string)parameter["in"]! == "query")
        .Select(parameter => (string)parameter["name"]!)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ResponseAttribute> Responses => Endpoint.PageOf is { } item
        ? [new(200, "A page. No nextPageToken means that it is the last.", typeof(PageResponse<>).MakeGenericType(item))]
        : _function.GetCustomAttributes<ResponseAttribute>();

    public IEnumerable<string> ProblemCodes => NeedsKey ? FindProblems().Distinct() : [];

    public static ApiOperation? Find(string function) => ByFunction.GetValueOrDefault(function);

    /// <summary>Examples and lists of values are static members of the function's class, which the attributes name.</summary>
    public object? Member(string? name) => name is null ? null
        : _function.DeclaringType!.GetMember(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).Single() switch
        {
            FieldInfo field => field.GetValue(null),
            PropertyInfo property => property.GetValue(null),
            var other => throw new InvalidOperationException($"{other} is neither a field nor a property."),
        };

    public IEnumerable<JsonObject> DescribeParameters()
    {
        foreach (Match match in RouteNames().Matches(Route))
        {
            yield return Parameter("path", match.Groups[1].Value, null, Json.Text());
        }

        foreach (var parameter in _function.GetCustomAttributes<ParameterAttribute>())
        {
            var schema = parameter switch
            {
                { Max: > 0 and var max } => Number(max),
                { IsTime: true } => new() { ["type"] = "string", ["format"] = "date-time" },
                { OneOf: { } type } => OneOf(NamesOf(type)),
                { Values: { } values } => OneOf((IEnumerable<string>)Member(values)!),
                _ => Json.Text(),
            };
            yield return Parameter(parameter.IsHeader ? "header" : "query", parameter.Name, parameter.Description, schema);
        }

        if (Endpoint.PageOf is not null)
        {
            yield return Parameter("query", "pageSize", $"How many items at most, 1 to {Paging.MaxSize}; {Paging.DefaultSize} unless said.", Number(Paging.MaxSize));
            yield return Parameter("query", "pageToken", "The nextPageToken of the page before. Opaque.", Json.Text());
        }

        if (Endpoint.IsIdempotent)
        {
            const string Key = "1 to 255 visible characters. The same key with the same body is answered as before and does nothing twice.";
            yield return Parameter("header", IdempotencyKey.Header, Key, Json.Text());
        }

        if (Endpoint.HonoursIfMatch)
        {
            yield return Parameter("header", "If-Match", "The ETag that was read; the edit is refused when it is another by now.", Json.Text());
        }
    }

    private static JsonObject Parameter(string place, string name, string? description, JsonObject schema) =>
        Json.Object(("name", name), ("in", place), ("required", place == "path"), ("schema", schema), ("description", description));

    private static JsonObject Number(int max) => new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = max };

    private static JsonObject OneOf(IEnumerable<string> values) => new() { ["type"] = "string", ["enum"] = Json.Array(values) };

    private IEnumerable<string> FindProblems() =>
    [
        "storage_unavailable",
        "internal_error",
        "invalid_parameter",
        .. Role == Role.None ? Array.Empty<string>() : ["forbidden_role"],
        .. Role == Role.Approver ? ["identity_not_verified"] : Array.Empty<string>(),
        .. Changes ? ["read_only"] : Array.Empty<string>(),
        .. Body is null ? Array.Empty<string>() : ["invalid_body", "body_too_large"],
        .. Endpoint.IsIdempotent ? ["idempotency_key_reused"] : Array.Empty<string>(),
        .. Endpoint.HonoursIfMatch ? ["precondition_failed"] : Array.Empty<string>(),
        .. Refused.Contains("invalid_filter") ? ["filter_too_costly", "filters_busy"] : Array.Empty<string>(),
        .. Refused,
    ];

    private IReadOnlyList<string> Refused => _function.GetCustomAttribute<RefusesAttribute>()?.Codes ?? [];

    private static IEnumerable<string> NamesOf(Type type) =>
        (IEnumerable<string>)typeof(EnumNames).GetMethod(nameof(EnumNames.All))!.MakeGenericMethod(type).Invoke(null, null)!;

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex RouteNames();
}
