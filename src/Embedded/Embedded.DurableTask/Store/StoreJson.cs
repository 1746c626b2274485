using System.Text.Json.Serialization;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Store;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FailureRecord))]
[JsonSerializable(typeof(IReadOnlyList<OutboxEntry>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class StoreJson : JsonSerializerContext;
