using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>Stored payloads as JSON values.</summary>
internal static class PayloadJson
{
    /// <summary>As the platform reads a payload: nothing is null, what is no JSON (the text of a failure) is a string.</summary>
    public static JToken Read(string? text)
    {
        if (text is null)
        {
            return JValue.CreateNull();
        }

        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return string.Empty;
        }

        try
        {
            return Parse(trimmed);
        }
        catch (JsonReaderException)
        {
            return trimmed;
        }
    }

    /// <summary>Dates stay the text that they were.</summary>
    /// <exception cref="JsonReaderException">The text is no JSON.</exception>
    public static JToken Parse(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text));
        reader.DateParseHandling = DateParseHandling.None;
        return JToken.Load(reader);
    }
}
