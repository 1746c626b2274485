namespace Reprocessing.Domain.Names;

/// <summary>Rules for ids. The forbidden characters are not allowed in table keys, workflow instance ids or URL segments.</summary>
public static class Identifiers
{
    public const int MaxLength = 256;

    private const string Forbidden = "/\\#?";

    /// <summary>Null when the value is valid; else the end of an error message.</summary>
    public static string? Problem(string? value) => value switch
    {
        null or "" => "must not be empty",
        { Length: > MaxLength } => $"must have at most {MaxLength} characters, has {value.Length}",
        _ when char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) => "must not begin or end with white space",
        "." or ".." => "must not be a step of a path",
        _ => LetterProblem(value),
    };

    private static string? LetterProblem(string value)
    {
        for (var index = 0; index < value.Length;)
        {
            if (!Rune.TryGetRuneAt(value, index, out var letter))
            {
                return $"must be well-formed Unicode (position {index + 1})";
            }

            if (Forbidden.Contains(value[index], StringComparison.Ordinal))
            {
                return $"must not contain '{value[index]}' (position {index + 1})";
            }

            // Separators of lines and marks that nobody sees are taken for something else, or for nothing, by addresses, logs and storage keys.
            if (IsNoncharacter(letter.Value) || Rune.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return $"must not contain control characters (position {index + 1})";
            }

            index += letter.Utf16SequenceLength;
        }

        return null;
    }

    private static bool IsNoncharacter(int code) => (code & 0xfffe) == 0xfffe || code is >= 0xfdd0 and <= 0xfdef;
}

public static class Timestamps
{
    /// <summary>The earliest time that a table column can hold or be compared with.</summary>
    public static DateTimeOffset Earliest { get; } = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Clamp(DateTimeOffset at) => at < Earliest ? Earliest : at.ToUniversalTime();
}
