using System.Text.Json;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>Members that the domain does not know and hands on as they are.</summary>
internal static class FreeForm
{
    public static Dictionary<string, JsonElement>? Of(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        Dictionary<string, JsonElement>? extension = null;
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                (extension ??= [])[name] = JsonSerializer.SerializeToElement(value, AppJson.Worker);
            }
        }

        return extension;
    }
}
