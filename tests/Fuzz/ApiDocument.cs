using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fuzz;

/// <summary>A place in a request that the document declares.</summary>
internal sealed record Parameter(string Place, string Name, JsonObject Schema);

internal sealed record Operation(string Id, string Method, string Path, IReadOnlyList<Parameter> Parameters, JsonObject? Bodies, JsonObject Responses)
{
    public JsonObject? JsonBody => Bodies?["application/json"]?["schema"] as JsonObject;
}

/// <summary>The app's own OpenAPI document: what can be asked, and what may be answered.</summary>
internal sealed class ApiDocument(JsonObject root)
{
    public IReadOnlyList<Operation> Operations { get; } =
    [
        .. from path in root["paths"]!.AsObject()
           from method in path.Value!.AsObject()
           let described = method.Value!.AsObject()
           select new Operation(
               (string)described["operationId"]!,
               method.Key.ToUpperInvariant(),
               path.Key,
               [.. (described["parameters"] as JsonArray ?? []).Select(parameter =>
                   new Parameter((string)parameter!["in"]!, (string)parameter["name"]!, parameter["schema"]!.AsObject()))],
               described["requestBody"]?["content"] as JsonObject,
               described["responses"]!.AsObject()),
    ];

    public JsonNode? Resolve(JsonNode? schema) =>
        schema is JsonObject given && (string?)given["$ref"] is { } reference ? root["components"]!["schemas"]![reference.Split('/')[^1]] : schema;

    /// <summary>What the document does not say of an answer; null of one that it does.</summary>
    public string? FindFault(Operation operation, int status, string? contentType, string text)
    {
        if (operation.Responses[$"{status}"] is not JsonObject response)
        {
            return $"{status} is not documented";
        }

        if (response["content"] is not JsonObject contents)
        {
            return null;
        }

        var media = MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.MediaType! : string.Empty;
        if (contents[media] is not JsonObject content)
        {
            return $"{status} with the content type '{contentType}' is not documented";
        }

        if (!media.EndsWith("json", StringComparison.Ordinal) || media.EndsWith("ndjson", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return Faults(JsonNode.Parse(text), content["schema"], "#").FirstOrDefault();
        }
        catch (JsonException e)
        {
            return $"the answer is not JSON: {e.Message}";
        }
    }

    private List<string> Faults(JsonNode? value, JsonNode? schema, string at)
    {
        if (schema is not JsonObject rules)
        {
            return [];
        }

        List<string> faults = rules.ContainsKey("$ref") ? [.. Faults(value, Resolve(rules), at)] : [];
        if (rules["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value)))
        {
            faults.Add($"{at} is {value?.ToJsonString()}, which is not one of {allowed.ToJsonString()}");
        }

        if (rules["type"] is { } type && !TypesOf(type).Contains(TypeOf(value)))
        {
            faults.Add($"{at} is {TypeOf(value)} and not {type.ToJsonString()}");
        }
        else if (value is JsonObject members)
        {
            var known = rules["properties"] as JsonObject ?? [];
            faults.AddRange((rules["required"] as JsonArray ?? []).Where(name => !members.ContainsKey((string)name!)).Select(name => $"{at}/{name} is missing"));
            foreach (var (name, member) in members)
            {
                var isClosed = known.Count > 0 && !rules.ContainsKey("$ref") && !rules.ContainsKey("additionalProperties");
                faults.AddRange(known.ContainsKey(name) || !isClosed ? Faults(member, known[name] ?? rules["additionalProperties"], $"{at}/{name}") : [$"{at}/{name} is not documented"]);
            }
        }
        else if (value is JsonArray items)
        {
            faults.AddRange(items.SelectMany((item, index) => Faults(item, rules["items"], $"{at}/{index}")));
        }

        return faults;
    }

    private static IEnumerable<string> TypesOf(JsonNode type) =>
        (type is JsonArray several ? several.Select(one => (string)one!) : [(string)type!]).Select(name => name == "integer" ? "number" : name);

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        null => "null",
        { } kind => kind.ToString().ToLowerInvariant(),
    };
}
