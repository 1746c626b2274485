using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Reprocessing.Functions.OpenApi;

/// <summary>The schemas of the contract's types. Responses leave out members without a value, so no schema has 'null' and a member is required unless it may be absent.</summary>
internal sealed class SchemaRegistry
{
    private readonly Dictionary<Type, JsonNode> _written = [];
    private readonly Queue<(Type Type, bool IsBody)> _toWrite = [];

    public JsonObject Components() =>
        Json.Object(_written.Select(pair => (NameOf(pair.Key), (JsonNode?)pair.Value)).OrderBy(pair => pair.Item1, StringComparer.Ordinal));

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
                root["required"] = Json.Array(required);
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
            found["type"] = names is [var only] ? only : Json.Array(names);
        }

        if (found["enum"] is JsonArray values)
        {
            found["enum"] = new JsonArray([.. values.Where(value => value is not null).Select(value => value!.DeepClone())]);
            found.TryAdd("type", "string");
        }

        return found;
    }

    private JsonNode Annotated(JsonSchemaExporterContext context, JsonNode schema)
    {
        var source = context.PropertyInfo is { } member ? member.AttributeProvider : context.Path.Length == 0 ? context.TypeInfo.Type : null;
        foreach (var (name, value) in (source?.GetCustomAttributes(inherit: false) ?? []).SelectMany(Describe))
        {
            schema = schema as JsonObject ?? [];
            schema[name] = value;
        }

        return schema;
    }

    private IEnumerable<(string Name, JsonNode Value)> Describe(object attribute)
    {
        switch (attribute)
        {
            case RangeAttribute { Minimum: var least, Maximum: var most }:
                return [("minimum", Convert.ToDouble(least, CultureInfo.InvariantCulture)), ("maximum", Convert.ToDouble(most, CultureInfo.InvariantCulture))];
            case StringLengthAttribute text:
                return [("minLength", text.MinimumLength), ("maxLength", text.MaximumLength)];
            case LengthAttribute items:
                return [("minItems", items.MinimumLength), ("maxItems", items.MaximumLength)];
            case AnyOfAttribute { Types: var types }:
                types.ToList().ForEach(type => _toWrite.Enqueue((type, IsBody: true)));
                return [("type", "object"), ("anyOf", new JsonArray([.. types.Select(Reference)]))];
            case FailureStatusNameAttribute:
                return [("enum", Json.Array(FailureStatuses.Names))];
            case DescriptionAttribute { Description: var text }:
                return [("description", text)];
            default:
                return [];
        }
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
