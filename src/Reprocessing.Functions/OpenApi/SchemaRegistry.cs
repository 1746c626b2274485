using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Reprocessing.Functions.OpenApi;

/// <summary>The schemas of the contract's types. Responses leave out members without a value, so no schema has 'null' and a member is required unless it may be absent.</summary>
internal sealed class SchemaRegistry
{
    private readonly Dictionary<Type, JsonNode> _written = [];
    private readonly Queue<(Type Type, bool IsBody)> _toWrite = [];

    public JsonObject Components() =>
        new(_written.OrderBy(pair => NameOf(pair.Key), StringComparer.Ordinal).Select(pair => KeyValuePair.Create(NameOf(pair.Key), (JsonNode?)pair.Value)));

    public JsonNode Of(Type type, bool isBody = false)
    {
        if (!IsComponent(type))
        {
            return Write(type, isBody);
        }

        _toWrite.Enqueue((type, isBody));
        while (_toWrite.TryDequeue(out var next))
        {
            if (!_written.ContainsKey(next.Type))
            {
                _written[next.Type] = new JsonObject();
                _written[next.Type] = Write(next.Type, next.IsBody);
            }
        }

        return Reference(type);
    }

    private JsonNode Write(Type type, bool isBody)
    {
        List<string> required = [];
        return (isBody ? AppJson.StrictBodies : AppJson.Responses).GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Transform(context, schema, isBody, required),
        });
    }

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema, bool isBody, List<string> required)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (context.Path.Length == 2 && context.Path[0] == "properties" && context.PropertyInfo is { } member)
        {
            var isRequired = isBody
                ? member.IsRequired && !member.IsSetNullable || member.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: false) == true
                : !member.IsGetNullable && !IsLeftOut(member);
            if (isRequired)
            {
                required.Add(member.Name);
            }
        }

        if (context.Path.Length > 0 && IsComponent(type))
        {
            _toWrite.Enqueue((type, isBody));
            schema = Reference(type);
        }
        else if (context.Path.Length == 0 && schema is JsonObject root && root.ContainsKey("properties"))
        {
            root.Remove("required");
            if (required.Count > 0)
            {
                root["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
            }
        }

        return Annotated(context, WithoutNull(schema));
    }

    private static bool IsLeftOut(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: false) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingDefault }];

    private static JsonNode WithoutNull(JsonNode schema)
    {
        if (schema is not JsonObject { } found)
        {
            return schema;
        }

        if (found["type"] is JsonArray types)
        {
            var names = types.Select(name => name!.GetValue<string>()).Where(name => name != "null").ToList();
            found["type"] = names is [var only] ? only : new JsonArray([.. names.Select(name => (JsonNode)name)]);
        }

        if (found["enum"] is JsonArray values)
        {
            found["enum"] = new JsonArray([.. values.Where(value => value is not null).Select(value => value!.DeepClone())]);
            found.TryAdd("type", "string");
        }

        return found;
    }

    /// <summary>What the attributes of a member or a type say of its value.</summary>
    private JsonNode Annotated(JsonSchemaExporterContext context, JsonNode schema)
    {
        var source = context.PropertyInfo is { } member ? member.AttributeProvider : context.Path.Length == 0 ? context.TypeInfo.Type : null;
        foreach (var attribute in source?.GetCustomAttributes(inherit: false) ?? [])
        {
            var annotated = schema as JsonObject ?? [];
            switch (attribute)
            {
                case RangeAttribute { Minimum: var least, Maximum: var most }:
                    annotated["minimum"] = JsonValue.Create(Convert.ToDouble(least, CultureInfo.InvariantCulture));
                    annotated["maximum"] = JsonValue.Create(Convert.ToDouble(most, CultureInfo.InvariantCulture));
                    break;
                case StringLengthAttribute { MinimumLength: var shortest, MaximumLength: var longest }:
                    annotated["minLength"] = shortest;
                    annotated["maxLength"] = longest;
                    break;
                case LengthAttribute { MinimumLength: var fewest, MaximumLength: var mostItems }:
                    annotated["minItems"] = fewest;
                    annotated["maxItems"] = mostItems;
                    break;
                case AnyOfAttribute { Types: var types }:
                    annotated["type"] = "object";
                    annotated["anyOf"] = new JsonArray([.. types.Select(BodyReference)]);
                    break;
                case FailureStatusNameAttribute:
                    annotated["enum"] = new JsonArray([.. FailureStatuses.Names.Select(name => (JsonNode)name)]);
                    break;
                case DescriptionAttribute { Description: var text }:
                    annotated["description"] = text;
                    break;
                default:
                    continue;
            }

            schema = annotated;
        }

        return schema;
    }

    private JsonNode BodyReference(Type type)
    {
        _toWrite.Enqueue((type, true));
        return Reference(type);
    }

    private static JsonObject Reference(Type type) => new() { ["$ref"] = $"#/components/schemas/{NameOf(type)}" };

    private static bool IsComponent(Type type) =>
        type.Assembly == typeof(SchemaRegistry).Assembly
        || type.Assembly.GetName().Name is { } assembly && assembly.StartsWith("Reprocessing.", StringComparison.Ordinal)
        || type == typeof(HttpManagementPayload);

    /// <summary>Callers know a schema by its name: a type that is renamed says with <see cref="DisplayNameAttribute"/> what it was published as.</summary>
    private static string NameOf(Type type) => type.IsGenericType
        ? string.Concat(type.GetGenericArguments().Select(NameOf)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)].Replace("Response", "", StringComparison.Ordinal)
        : type.GetCustomAttribute<DisplayNameAttribute>()?.DisplayName ?? type.Name;
}
