using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;

namespace Reprocessing.Functions.Http;

/// <summary>The three ways this app speaks JSON. Names are camelCase and enum values snake_case in all of them.</summary>
internal static class AppJson
{
    // Unknown members pass, because the host's objects carry some and newer code may read an older instance; names are read in any case, because the host writes
    // PascalCase. Only what JSON itself needs is escaped: an input that fits into an order's row must not be too long for its workflow's.
    public static JsonSerializerOptions Worker { get; } = Create(AddWorkerRules);

    /// <summary>For HTTP responses: members without a value are left out, and only what JSON itself needs is escaped, because people read them in terminals.</summary>
    public static JsonSerializerOptions Responses { get; } = Create(options =>
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    });

    public static JsonSerializerOptions StrictBodies { get; } = Create(options =>
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = StrictJson.MaxDepth;
    });

    /// <summary>An orchestrator's GetInput reads the worker's own options and not WorkerOptions.Serializer (Microsoft.Azure.Functions.Worker.Extensions.DurableTask 1.21.1).</summary>
    public static void ConfigureWorker(JsonSerializerOptions options)
    {
        AddRules(options);
        AddWorkerRules(options);
    }

    private static JsonSerializerOptions Create(Action<JsonSerializerOptions> configure)
    {
        var options = new JsonSerializerOptions();
        AddRules(options);
        configure(options);
        options.MakeReadOnly();
        return options;
    }

    private static void AddRules(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    private static void AddWorkerRules(JsonSerializerOptions options)
    {
        options.PropertyNameCaseInsensitive = true;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }
}
