using System.Text.Json.Serialization;

namespace Embedded.DurableTask.History;

/// <summary>Strict on the way in: no unknown or repeated member, no missing or null value where the record has none.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 64)]
[JsonSerializable(typeof(IReadOnlyList<HistoryEvent>))]
internal sealed partial class HistoryJson : JsonSerializerContext;
