using Azure.Core.Serialization;
using Embedded.Functions.Invocation;
using Microsoft.DurableTask;

namespace Embedded.Functions.Durable;

/// <summary>The worker's serializer as the engine's: in Functions every durable payload goes through it.</summary>
internal sealed class ObjectSerializerConverter(ObjectSerializer serializer) : DataConverter
{
    public override object? Deserialize(string? data, Type targetType) => data is null ? null : serializer.FromText(data, targetType);

    public override string? Serialize(object? value) => value switch
    {
        null => null,
        RawJson json => json.Text,
        _ => serializer.ToText(value),
    };
}
