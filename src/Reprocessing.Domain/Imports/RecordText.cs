using System.Text;

namespace Reprocessing.Domain.Imports;

/// <summary>The bytes of a record as text.</summary>
public static class RecordText
{
    /// <summary>Characters of a rejected record that are kept, to know it by.</summary>
    public const int MaxShown = 500;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null when the bytes are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>What is shown of a rejected record, whatever its bytes are.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        // Four bytes a character at most: more need not be decoded.
        return Cut(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxShown * 4)]), MaxShown);
    }

    /// <summary>The first characters, none of them in halves.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
