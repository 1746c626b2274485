namespace Reprocessing.Functions.OpenApi;

/// <summary>The document, made once from the functions' attributes and the contract's types.</summary>
internal static class OpenApiDocument
{
    private const string ProblemMedia = "application/problem+json";

    private static readonly Lazy<JsonObject> Made = new(Make);

    public static JsonObject Current => Made.Value;

    private static JsonObject Make()
    {
        var schemas = new SchemaRegistry();
        // Bodies first: a type that is read and written is described as it is read, because that requires less.
        foreach (var body in ApiOperation.All.Select(operation => operation.Body).OfType<BodyAttribute>())
        {
            schemas.Of(body.Type, isBody: true);
        }

        schemas.Of(typeof(ProblemBody));
        var paths = new JsonObject(ApiOperation.All
            .GroupBy(operation => operation.Route, StringComparer.Ordinal)
            .Select(route => KeyValuePair.Create("/" + route.Key, (JsonNode?)new JsonObject(
                route.Select(operation => KeyValuePair.Create(operation.Method, (JsonNode?)Describe(operation, schemas)))))));
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
            ["security"] = Keys(),
            ["tags"] = new JsonArray([.. ApiOperation.All.Select(operation => operation.Endpoint.Tag).Distinct().Select(tag => (JsonNode)new JsonObject { ["name"] = tag })]),
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

    private static JsonArray Keys() => new(new JsonObject { ["functionKey"] = new JsonArray() }, new JsonObject { ["functionKeyInQuery"] = new JsonArray() });

    private static JsonObject WithCodes(JsonObject schemas)
    {
        var code = schemas[nameof(ProblemBody)]!["properties"]!["code"]!;
        code["enum"] = Texts(ProblemCatalog.All.Select(problem => problem.Code));
        code["description"] = string.Join('\n', ProblemCatalog.All.Select(problem => $"{problem.Code} ({problem.Status}): {problem.Meaning}"));
        return schemas;
    }

    private static JsonObject Describe(ApiOperation operation, SchemaRegistry schemas)
    {
        var described = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["summary"] = operation.Endpoint.Summary,
            ["tags"] = new JsonArray(operation.Endpoint.Tag),
        };
        if (operation.Endpoint.Description is { } description)
        {
            described["description"] = description;
        }

        if (operation.Role != Role.None)
        {
            described["x-role"] = EnumNames.Of(operation.Role);
        }

        if (!operation.NeedsKey)
        {
            described["security"] = new JsonArray();
        }

        if (operation.DescribeParameters().ToArray() is { Length: > 0 } parameters)
        {
            described["parameters"] = new JsonArray([.. parameters]);
        }

        if (operation.Body is { } body)
        {
            var content = new JsonObject { ["application/json"] = Content(schemas.Of(body.Type, isBody: true), body.Type, operation.Member(body.Example)) };
            foreach (var upload in body.Uploads)
            {
                content[upload] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } };
            }

            described["requestBody"] = new JsonObject { ["required"] = !body.IsOptional, ["content"] = content };
        }

        described["responses"] = Responses(operation, schemas);
        return described;
    }

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

    private static JsonObject Describe(ResponseAttribute response, object? example, SchemaRegistry schemas)
    {
        var schema = response.Type is { } type ? schemas.Of(type) : new JsonObject { ["type"] = "string" };
        var described = new JsonObject
        {
            ["description"] = response.Description,
            ["content"] = new JsonObject { [response.MediaType] = Content(schema, response.Type, example) },
        };
        if (response.Headers.Length > 0)
        {
            described["headers"] = new JsonObject(response.Headers.Select(name =>
                KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } })));
        }

        return described;
    }

    private static JsonObject Describe(IReadOnlyList<ProblemKind> problems) => new()
    {
        ["description"] = string.Join(' ', problems.Select(problem => $"`{problem.Code}`: {problem.Meaning}")),
        ["content"] = new JsonObject
        {
            [ProblemMedia] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["$ref"] = $"#/components/schemas/{nameof(ProblemBody)}",
                    ["properties"] = new JsonObject { ["code"] = new JsonObject { ["enum"] = Texts(problems.Select(problem => problem.Code)) } },
                },
            },
        },
    };

    private static JsonObject Content(JsonNode schema, Type? type, object? example)
    {
        var content = new JsonObject { ["schema"] = schema };
        if (type is not null && example is not null)
        {
            content["example"] = JsonSerializer.SerializeToNode(example, type, AppJson.Responses);
        }

        return content;
    }

    private static ProblemKind KindOf(string code) =>
        ProblemCatalog.TryGet(code, out var problem) ? problem : throw new InvalidOperationException($"There is no problem '{code}' in the catalog.");

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);
}
