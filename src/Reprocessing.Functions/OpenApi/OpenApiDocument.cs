namespace Reprocessing.Functions.OpenApi;

internal sealed class DocumentFunctions
{
    private static ProblemKind Problem => ProblemCatalog.All[0];

    [Function(nameof(GetOpenApi))]
    [Endpoint("document", "This document.", Role = Role.None)]
    [Response(200, "Done.", typeof(JsonObject))]
    public Task<HttpResponseData> GetOpenApi(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/openapi.json")] HttpRequestData request, CancellationToken cancellationToken) =>
        request.OkAsync(OpenApiDocument.Current, cancellationToken);

    [Function(nameof(GetProblem))]
    [Endpoint("document", "What a problem means and what to do about it; where a problem's type points to.", Role = Role.None)]
    [Response(200, "Done.", typeof(ProblemKind), Example = nameof(Problem))]
    [Refuses("not_found")]
    public Task<HttpResponseData> GetProblem(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/problems/{code}")] HttpRequestData request,
        string code,
        CancellationToken cancellationToken) => ProblemCatalog.TryGet(code, out var problem)
            ? request.OkAsync(problem, cancellationToken)
            : throw new ProblemException(Problems.NotFound("problem", code));
}

internal static class OpenApiDocument
{
    public static JsonObject Current { get; } = Make();

    private static JsonObject Make()
    {
        var schemas = new SchemaRegistry();
        // Bodies first: a type that is read and written is described as it is read, because that requires less.
        foreach (var body in ApiOperation.All.Select(operation => operation.Body).OfType<BodyAttribute>())
        {
            schemas.Of(body.Type, isBody: true);
        }

        schemas.Of(typeof(ProblemBody));
        var paths = Json.Object(ApiOperation.All
            .GroupBy(operation => operation.Route, StringComparer.Ordinal)
            .Select(route => ("/" + route.Key, (JsonNode?)Json.Object(route.Select(operation => (operation.Method, (JsonNode?)Describe(operation, schemas)))))));
        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Order reprocessing",
                ["version"] = "1.0.0",
                ["description"] = "Finds orders whose processing failed, restarts them or moves them to a dead-letter queue, and lets operators "
                    + "select, preview, run, pace, stop and prove bulk reprocessing. Errors are problem details (RFC 9457) with a stable code; "
                    + "lists come in pages; members without a value are left out. "
                    + "x-role is the role that an operation needs of who is signed in.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            // Either key will do.
            ["security"] = new JsonArray(new JsonObject { ["functionKey"] = new JsonArray() }, new JsonObject { ["functionKeyInQuery"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. ApiOperation.All.Select(operation => operation.Endpoint.Tag).Distinct().Select(tag => new JsonObject { ["name"] = tag })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = WithCodes(schemas.Components()),
                ["securitySchemes"] = new JsonObject
                {
                    ["functionKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key" },
                    ["functionKeyInQuery"] = new JsonObject { ["type"] = "apiKey", ["in"] = "query", ["name"] = "code" },
                },
            },
        };
    }

    private static JsonObject WithCodes(JsonObject schemas)
    {
        var code = schemas[nameof(ProblemBody)]!["properties"]!["code"]!;
        code["enum"] = Json.Array(ProblemCatalog.All.Select(problem => problem.Code));
        code["description"] = string.Join('\n', ProblemCatalog.All.Select(problem => $"{problem.Code} ({problem.Status}): {problem.Meaning}"));
        return schemas;
    }

    private static JsonObject Describe(ApiOperation operation, SchemaRegistry schemas) => Json.Object(
        ("operationId", operation.Id),
        ("summary", operation.Endpoint.Summary),
        ("tags", new JsonArray(operation.Endpoint.Tag)),
        ("description", operation.Endpoint.Description),
        ("x-role", operation.Role == Role.None ? null : EnumNames.Of(operation.Role)),
        ("security", operation.NeedsKey ? null : new JsonArray()),
        ("parameters", operation.DescribeParameters().ToArray() is { Length: > 0 } parameters ? new JsonArray([.. parameters]) : null),
        ("requestBody", operation.Body is { } body ? Describe(body, operation.Member(body.Example), schemas) : null),
        ("responses", Responses(operation, schemas)));

    private static JsonObject Describe(BodyAttribute body, object? example, SchemaRegistry schemas) => new()
    {
        ["required"] = !body.IsOptional,
        ["content"] = Json.Object(
        [
            ("application/json", Content(schemas.Of(body.Type, isBody: true), body.Type, example)),
            .. body.Uploads.Select(upload => (upload, (JsonNode?)Content(Json.Text(), type: null, example: null))),
        ]),
    };

    private static JsonObject Responses(ApiOperation operation, SchemaRegistry schemas)
    {
        var responses = new JsonObject();
        foreach (var response in operation.Responses)
        {
            var described = Describe(response, operation.Member(response.Example), schemas);
            if (responses[Key(response.Status)]?["content"] is JsonObject others)
            {
                // The same response in another media type.
                others[response.MediaType] = described["content"]![response.MediaType]!.DeepClone();
                continue;
            }

            responses[Key(response.Status)] = described;
        }

        if (operation.NeedsKey)
        {
            responses["401"] = new JsonObject { ["description"] = "The function key is missing or wrong." };
        }

        foreach (var problems in operation.ProblemCodes.Select(KindOf).GroupBy(problem => problem.Status).OrderBy(group => group.Key))
        {
            responses[Key(problems.Key)] = Describe([.. problems]);
        }

        return responses;
    }

    private static JsonObject Describe(ResponseAttribute response, object? example, SchemaRegistry schemas) => Json.Object(
        ("description", response.Description),
        ("content", new JsonObject { [response.MediaType] = Content(response.Type is { } type ? schemas.Of(type) : Json.Text(), response.Type, example) }),
        ("headers", response.Headers.Length == 0 ? null
            : Json.Object(response.Headers.Select(name => (name, (JsonNode?)new JsonObject { ["schema"] = Json.Text() })))));

    private static JsonObject Describe(IReadOnlyList<ProblemKind> problems) => new()
    {
        ["description"] = string.Join(' ', problems.Select(problem => $"`{problem.Code}`: {problem.Meaning}")),
        ["content"] = new JsonObject
        {
            ["application/problem+json"] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["$ref"] = $"#/components/schemas/{nameof(ProblemBody)}",
                    ["properties"] = new JsonObject { ["code"] = new JsonObject { ["enum"] = Json.Array(problems.Select(problem => problem.Code)) } },
                },
            },
        },
    };

    private static JsonObject Content(JsonNode schema, Type? type, object? example) => Json.Object(
        ("schema", schema),
        ("example", type is null || example is null ? null : JsonSerializer.SerializeToNode(example, type, AppJson.Responses)));

    private static ProblemKind KindOf(string code) =>
        ProblemCatalog.TryGet(code, out var problem) ? problem : throw new InvalidOperationException($"There is no problem '{code}' in the catalog.");

    private static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);
}

internal static class Json
{
    /// <summary>Members without a value are left out.</summary>
    public static JsonObject Object(params IEnumerable<(string Name, JsonNode? Value)> members) =>
        new(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Name, member.Value)));

    public static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    public static JsonObject Text() => new() { ["type"] = "string" };
}
