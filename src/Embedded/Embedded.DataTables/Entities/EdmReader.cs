using System.Buffers.Text;
using System.Text.Json;

namespace Embedded.DataTables.Entities;

/// <summary>Reads the value that a JSON reader stands on.</summary>
internal static class EdmReader
{
    /// <summary>As the annotation says; without one a text stays a text and a whole number is an Int32 if it fits.</summary>
    public static object? Read(ref Utf8JsonReader reader, EdmType? type) => reader.TokenType switch
    {
        JsonTokenType.String => ReadText(ref reader, type),
        JsonTokenType.Number => ReadNumber(ref reader, type),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw new JsonException($"A property's value starts with {reader.TokenType}."),
    };

    /// <summary>The service writes an Int64 as a text and an Int32 as a number.</summary>
    public static long ReadInt64(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.GetInt64();
        }

        return Utf8Parser.TryParse(reader.ValueSpan, out long value, out var used) && used == reader.ValueSpan.Length
            ? value
            : throw new FormatException("The text is no Int64.");
    }

    public static double ReadDouble(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String
        ? (double)EdmText.Parse(EdmType.Double, reader.GetString()!)
        : reader.GetDouble();

    private static object? ReadText(ref Utf8JsonReader reader, EdmType? type) => type switch
    {
        EdmType.Int64 => ReadInt64(ref reader),
        EdmType.DateTime => reader.GetDateTimeOffset(),
        EdmType.Guid => reader.GetGuid(),
        EdmType.Binary => reader.GetBytesFromBase64(),
        null or EdmType.String => reader.GetString(),
        { } other => EdmText.Parse(other, reader.GetString()!),
    };

    private static object ReadNumber(ref Utf8JsonReader reader, EdmType? type)
    {
        // Statements, not one switch expression: its arms would all become doubles.
        if (type == EdmType.Double)
        {
            return reader.GetDouble();
        }

        if (type != EdmType.Int64 && reader.TryGetInt32(out var small))
        {
            return small;
        }

        if (reader.TryGetInt64(out var large))
        {
            return large;
        }

        return reader.GetDouble();
    }
}
