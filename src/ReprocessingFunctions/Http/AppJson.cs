using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
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
    public static JsonSerializerOptions Worker { get; } = Create(options =>
    {
        options.PropertyNameCaseInsensitive = true;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    });

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

    private static JsonSerializerOptions Create(Action<JsonSerializerOptions> configure)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        };
        configure(options);
        options.MakeReadOnly();
        return options;
    }
}
