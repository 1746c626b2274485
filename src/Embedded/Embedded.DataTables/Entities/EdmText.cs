using System.Globalization;

namespace Embedded.DataTables.Entities;

/// <summary>The text of a value as the service writes it in JSON, in filters and in type annotations.</summary>
internal static class EdmText
{
    public const string AnnotationSuffix = "@odata.type";

    /// <summary>Always seven digits, so that texts order as the times that they stand for: the emulator compares texts.</summary>
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public static string Time(DateTimeOffset value) => value.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>A time of unknown zone would be stored as another one, hence the refusal (as in the real library).</summary>
    public static DateTimeOffset Utc(DateTime value) => value.Kind == DateTimeKind.Utc
        ? new DateTimeOffset(value)
        : throw new NotSupportedException(
            $"DateTime {value.ToString("O", CultureInfo.InvariantCulture)} has a Kind of {value.Kind}. It must be UTC: DateTime.SpecifyKind sets the Kind.");

    public static string? SpecialDouble(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        _ => null,
    };

    public static EdmType? Type(ReadOnlySpan<byte> annotation) => annotation switch
    {
        _ when annotation.SequenceEqual("Edm.Int64"u8) => EdmType.Int64,
        _ when annotation.SequenceEqual("Edm.DateTime"u8) => EdmType.DateTime,
        _ when annotation.SequenceEqual("Edm.Double"u8) => EdmType.Double,
        _ when annotation.SequenceEqual("Edm.Guid"u8) => EdmType.Guid,
        _ when annotation.SequenceEqual("Edm.Binary"u8) => EdmType.Binary,
        _ when annotation.SequenceEqual("Edm.Int32"u8) => EdmType.Int32,
        _ when annotation.SequenceEqual("Edm.Boolean"u8) => EdmType.Boolean,
        _ when annotation.SequenceEqual("Edm.String"u8) => EdmType.String,
        _ => null,
    };

    /// <summary>For an annotation that comes after its value.</summary>
    public static object Parse(EdmType type, string text) => type switch
    {
        EdmType.Int32 => int.Parse(text, CultureInfo.InvariantCulture),
        EdmType.Int64 => long.Parse(text, CultureInfo.InvariantCulture),
        EdmType.Double => double.Parse(text, CultureInfo.InvariantCulture),
        EdmType.Boolean => bool.Parse(text),
        EdmType.DateTime => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        EdmType.Guid => Guid.Parse(text),
        EdmType.Binary => Convert.FromBase64String(text),
        _ => text,
    };
}
