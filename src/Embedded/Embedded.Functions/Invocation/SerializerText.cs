using System.Text;
using Azure.Core.Serialization;

namespace Embedded.Functions.Invocation;

/// <summary>The worker's serializer between values and text.</summary>
internal static class SerializerText
{
    public static object? FromText(this ObjectSerializer serializer, string text, Type type)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        return serializer.Deserialize(stream, type, CancellationToken.None);
    }

    public static string ToText(this ObjectSerializer serializer, object value) => serializer.Serialize(value).ToString();
}
