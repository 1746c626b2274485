using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;

namespace ReprocessingFunctions.Http;

/// <summary>The three ways this app speaks JSON. Names are camelCase and enum values snake_case in all of them.</summary>
internal static class AppJson
{
    /// <summary>
    /// What the worker reads and writes: trigger inputs, orchestration and activity data. Unknown members pass, because the host's
    /// own objects carry some and because an older instance may be read by newer code; names are read in any case, because the
    /// host writes its own in PascalCase. Only what JSON itself needs is escaped: six characters for each letter of another
    /// script would make an input that fits into an order's row too long for its workflow's.
    /// </summary>
    public static JsonSerializerOptions Worker { get; } = Create(AddWorkerRules);

    /// <summary>
    /// What HTTP answers are written with: a member without a value is left out, and only what JSON itself needs is escaped, as
    /// answers are read in terminals and, being sent as what they are, never taken for HTML.
    /// </summary>
    public static JsonSerializerOptions Answers { get; } = Create(options =>
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    });

    /// <summary>What HTTP bodies are read with: nothing unknown, nothing twice, no other case, no number for a name.</summary>
    public static JsonSerializerOptions StrictBodies { get; } = Create(options =>
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxBodyDepth;
    });

    public const int MaxBodyDepth = 32;

    /// <summary>
    /// The same, set on the options that the worker was made with. Its serializer reads them, and so does an orchestrator's GetInput, which
    /// never asks the serializer (Microsoft.Azure.Functions.Worker.Extensions.DurableTask 1.21.1): so the rules belong here and nowhere else.
    /// </summary>
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
