using System.Globalization;
using System.Text.Json;

namespace Embedded.DataTables.Entities;

/// <summary>Writes one property, with a type annotation where its JSON alone would come back as another type.</summary>
internal static class EdmWriter
{
    private const int LongestPropertyName = 255;

    /// <summary>A null is left out: to the service it is the absence of the property.</summary>
    public static void Write(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                writer.WriteString(name, text);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case long number:
                WriteInt64(writer, name, number);
                break;
            case double number:
                WriteDouble(writer, name, number);
                break;
            case DateTimeOffset time:
                WriteTime(writer, name, time);
                break;
            case DateTime time:
                WriteTime(writer, name, EdmText.Utc(time));
                break;
            default:
                WriteRare(writer, name, value);
                break;
        }
    }

    private static void WriteRare(Utf8JsonWriter writer, string name, object value)
    {
        switch (value)
        {
            case Guid id:
                Annotate(writer, name, "Edm.Guid"u8);
                writer.WriteString(name, id);
                break;
            case byte[] bytes:
                WriteBinary(writer, name, bytes);
                break;
            case BinaryData data:
                WriteBinary(writer, name, data.ToMemory().Span);
                break;
            case Enum:
                writer.WriteString(name, value.ToString());
                break;
            case float number:
                WriteDouble(writer, name, number);
                break;
            case byte or sbyte or short or ushort:
                writer.WriteNumber(name, Convert.ToInt32(value, CultureInfo.InvariantCulture));
                break;
            default:
                throw new NotSupportedException($"Property '{name}' is a {value.GetType()}, which the table service cannot store.");
        }
    }

    private static void WriteInt64(Utf8JsonWriter writer, string name, long value)
    {
        Annotate(writer, name, "Edm.Int64"u8);
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        writer.WriteString(name, digits[..length]);
    }

    private static void WriteDouble(Utf8JsonWriter writer, string name, double value)
    {
        Annotate(writer, name, "Edm.Double"u8);
        if (EdmText.SpecialDouble(value) is { } text)
        {
            writer.WriteString(name, text);
        }
        else
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset value)
    {
        Annotate(writer, name, "Edm.DateTime"u8);
        Span<byte> text = stackalloc byte[EdmText.TimeFormat.Length];
        value.UtcDateTime.TryFormat(text, out var length, EdmText.TimeFormat, CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    private static void WriteBinary(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> value)
    {
        Annotate(writer, name, "Edm.Binary"u8);
        writer.WriteBase64String(name, value);
    }

    private static void Annotate(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> type)
    {
        var length = name.Length + EdmText.AnnotationSuffix.Length;
        Span<char> annotation = name.Length <= LongestPropertyName ? stackalloc char[length] : new char[length];
        name.CopyTo(annotation);
        EdmText.AnnotationSuffix.CopyTo(annotation[name.Length..]);
        writer.WriteString(annotation, type);
    }
}
