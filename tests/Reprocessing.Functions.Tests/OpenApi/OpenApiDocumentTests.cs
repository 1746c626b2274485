using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Reprocessing.Functions.Dashboard;
using Reprocessing.Functions.OpenApi;

namespace Reprocessing.Functions.Tests.OpenApi;

/// <summary>The document and the functions say the same, and what it says is OpenAPI 3.1.</summary>
public sealed partial class OpenApiDocumentTests
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Default)
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonObject Document = OpenApiDocument.Current;

    private static IEnumerable<(string Path, string Method, JsonObject Operation)> Documented =>
        from path in Document["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        select (path.Key, method.Key, method.Value!.AsObject());

    [Fact]
    public void Every_function_is_documented_and_every_documented_operation_is_a_function()
    {
        var functions = from function in AppFunctions.All
                        from trigger in function.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>()
                        where function.DeclaringType != typeof(DashboardFunctions)
                        from method in trigger.Methods ?? []
                        select $"{method.ToLowerInvariant()} /{trigger.Route} {function.GetCustomAttribute<FunctionAttribute>()!.Name} {trigger.AuthLevel}";

        var documented = Documented.Select(operation =>
            $"{operation.Method} {operation.Path} {Text(operation.Operation["operationId"])} {(operation.Operation["security"] is JsonArray { Count: 0 } ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function)}");

        Assert.Equal(functions.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    /// <summary>The dashboard's types are generated from the recorded document: what it reads is so what the app sends.</summary>
    [Fact]
    public void The_recorded_document_is_this_one()
    {
        var path = Path.Combine(RepositoryRoot(), "src", "Reprocessing.Dashboard", "openapi.json");
        var current = Document.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("RECORD_OPENAPI") == "1")
        {
            File.WriteAllText(path, current);
        }

        Assert.True(File.ReadAllText(path) == current, $"The API has changed: run this test with RECORD_OPENAPI=1, which writes {path}, and build the dashboard against it.");
    }

    [Fact]
    public void Operation_ids_are_unique_and_every_operation_has_a_tag_that_is_listed()
    {
        var ids = Documented.Select(operation => Text(operation.Operation["operationId"])).ToList();
        var tags = Document["tags"]!.AsArray().Select(tag => Text(tag!["name"])).ToList();

        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Documented, operation => Assert.Contains(Text(operation.Operation["tags"]![0]), tags));
    }

    [Fact]
    public void Paths_begin_with_a_slash_and_their_parameters_are_described_and_required()
    {
        Assert.All(Documented, operation =>
        {
            Assert.StartsWith("/api/", operation.Path, StringComparison.Ordinal);
            Assert.Contains(operation.Method, Methods);
            var parameters = (operation.Operation["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject()).ToList();
            Assert.Equal(
                PathNames().Matches(operation.Path).Select(match => match.Groups[1].Value),
                parameters.Where(parameter => Text(parameter["in"]) == "path").Select(parameter => Text(parameter["name"])));
            Assert.All(parameters, parameter =>
            {
                Assert.NotNull(parameter["schema"]);
                Assert.Equal(Text(parameter["in"]) == "path", parameter["required"]!.GetValue<bool>());
                Assert.Contains(Text(parameter["in"]), new[] { "path", "query", "header" });
            });
            Assert.Equal(parameters.Count, parameters.DistinctBy(parameter => Text(parameter["in"]) + Text(parameter["name"])).Count());
        });
    }

    [Fact]
    public void Route_parameters_are_the_functions_own() => Assert.All(AppFunctions.All, function =>
    {
        if (function.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().SingleOrDefault() is { } trigger)
        {
            Assert.All(PathNames().Matches(trigger.Route ?? ""), match => Assert.Contains(function.GetParameters(), parameter => parameter.Name == match.Groups[1].Value));
        }
    });

    [Fact]
    public void Every_operation_has_responses_with_a_description_and_a_success_among_them()
    {
        Assert.All(Documented, operation =>
        {
            var responses = operation.Operation["responses"]!.AsObject();
            Assert.Contains(responses, response => response.Key.StartsWith('2'));
            Assert.All(responses, response =>
            {
                Assert.Matches("^[1-5][0-9][0-9]$", response.Key);
                Assert.NotEmpty(Text(response.Value!["description"]));
            });
            // A report of success says all by its address.
            var hasBody = operation.Method is "post" or "patch" && !operation.Path.EndsWith("/complete", StringComparison.Ordinal);
            Assert.Equal(hasBody, operation.Operation["requestBody"] is not null);
        });
    }

    [Fact]
    public void Files_are_documented_in_each_form_that_they_are_sent_in() =>
        Assert.All(["/api/exports/orders", "/api/exports/dead-letters", "/api/exports/{exportId}/content"], path =>
        {
            var responses = Document["paths"]![path]!["get"]!["responses"]!.AsObject().Where(response => response.Key is "200" or "206");
            Assert.All(responses, response => Assert.Equal(["application/x-ndjson", "text/csv"], response.Value!["content"]!.AsObject().Select(content => content.Key)));
        });

    [Fact]
    public void Every_reference_leads_somewhere_and_every_schema_is_referred_to()
    {
        var references = All(Document).OfType<JsonObject>().Where(node => node.ContainsKey("$ref")).Select(node => Text(node["$ref"])).ToHashSet();
        var schemas = Document["components"]!["schemas"]!.AsObject().Select(schema => $"#/components/schemas/{schema.Key}");

        Assert.Equal(schemas.Order(StringComparer.Ordinal), references.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Schemas_name_types_of_JSON_Schema_and_require_members_that_they_have()
    {
        string[] types = ["object", "array", "string", "integer", "number", "boolean"];
        Assert.All(All(Document["components"]!["schemas"]!).OfType<JsonObject>(), schema =>
        {
            if (schema["type"] is JsonValue type)
            {
                Assert.Contains(Text(type), types);
            }

            if (schema["required"] is JsonArray required)
            {
                Assert.All(required, name => Assert.True(schema["properties"]!.AsObject().ContainsKey(Text(name))));
            }
        });
    }

    [Fact]
    public void Names_are_those_that_are_read_and_written()
    {
        var schemas = Document["components"]!["schemas"]!;

        Assert.Equal(["standard", "next_day", "same_day"], schemas["Priority"]!["enum"]!.AsArray().Select(Text));
        Assert.Equal(["orderId", "customerId", "items"], schemas["CreateOrderRequest"]!["required"]!.AsArray().Select(Text));
        Assert.False(schemas["CreateOrderRequest"]!["additionalProperties"]!.GetValue<bool>());
        Assert.Contains("updatedAt", schemas["OrderResponse"]!["required"]!.AsArray().Select(Text));
        Assert.DoesNotContain("workflowId", schemas["OrderResponse"]!["required"]!.AsArray().Select(Text));
        Assert.Equal("string", Text(schemas["HttpManagementPayload"]!["properties"]!["statusQueryGetUri"]!["type"]));
    }

    [Fact]
    public void Bodies_say_the_bounds_of_their_values_and_which_options_there_are()
    {
        var plan = Schema("CreatePlanRequest");
        var job = Schema("CreateJobRequest");
        var options = Schema("ReprocessOptions");

        string[] kinds = ["ReprocessOptions", "ResolveOptions", "PurgeOptions", "ResetOptions", "FailingOptions"];
        Assert.All([plan, job], body => Assert.Equal(
            kinds.Select(kind => $"#/components/schemas/{kind}"), body["options"]!["anyOf"]!.AsArray().Select(kind => Text(kind!["$ref"]))));
        Assert.Equal((1, 10_080), Range(plan["expiresInMinutes"]!));
        Assert.Equal((0, 1), Range(job["failureThreshold"]!));
        Assert.Equal((1, 100), Range(options["maxRetries"]!));
        Assert.Equal((1, 86_400), Range(options["timeoutPerItemSeconds"]!));
        Assert.Equal((1, 100), Range(Schema("PaceRequest")["parallelism"]!));
        Assert.Equal((1, 20), (Number(job["ramp"]!["minItems"]), Number(job["ramp"]!["maxItems"])));
        Assert.Equal((1, 1_000), (Number(job["reason"]!["minLength"]), Number(job["reason"]!["maxLength"])));

        static JsonObject Schema(string name) => Document["components"]!["schemas"]![name]!["properties"]!.AsObject();
        static (double, double) Range(JsonNode schema) => (Number(schema["minimum"]), Number(schema["maximum"]));
        static double Number(JsonNode? node) => double.Parse(node!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Examples_have_only_members_of_their_schema_and_all_that_it_requires()
    {
        var contents = All(Document).OfType<JsonObject>().Where(node => node.ContainsKey("example")).ToList();

        Assert.NotEmpty(contents);
        Assert.All(contents, content =>
        {
            if (content["schema"]!["$ref"] is { } reference)
            {
                var schema = Document["components"]!["schemas"]![Text(reference).Split('/')[^1]]!;
                var members = content["example"]!.AsObject().Select(member => member.Key).ToList();
                Assert.Subset(schema["properties"]!.AsObject().Select(property => property.Key).ToHashSet(), members.ToHashSet());
                Assert.Subset(members.ToHashSet(), (schema["required"]?.AsArray() ?? []).Select(Text).ToHashSet());
            }
        });
    }

    private static IEnumerable<JsonNode> All(JsonNode node) => node switch
    {
        JsonObject members => members.Select(member => member.Value).OfType<JsonNode>().SelectMany(All).Prepend(node),
        JsonArray items => items.OfType<JsonNode>().SelectMany(All).Prepend(node),
        _ => [node],
    };

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ReprocessingFunctions.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No ReprocessingFunctions.sln above the tests");
        }

        return folder.FullName;
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex PathNames();
}
