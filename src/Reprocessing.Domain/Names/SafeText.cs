namespace Reprocessing.Domain.Names;

/// <summary>
/// Escapes text for logs and terminals. Reasons, notes and ids come from outside: a line end could forge a line of a log, an escape sequence could repaint
/// a screen, and a change of direction could make one id look like another.
/// </summary>
public static class SafeText
{
    public static string Of(string? text) => Escape(text ?? string.Empty, IsUnsafe);

    public static string OfLines(string text) => Escape(text, letter => !IsLayout(letter) && IsUnsafe(letter));

    public static bool IsLine(string text) => !text.Any(IsUnsafe);

    /// <summary>Lines that people have written, in whatever direction.</summary>
    public static bool IsProse(string text) => !text.Any(letter => char.IsControl(letter) && !IsLayout(letter));

    private static string Escape(string text, Func<char, bool> isUnsafe) => !text.Any(isUnsafe) ? text : string.Concat(text.Select(letter =>
        !isUnsafe(letter) ? letter.ToString() : letter switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            // Also valid in JSON, where such a character can only be part of a string.
            _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
        }));

    private static bool IsLayout(char letter) => letter is '\n' or '\r' or '\t';

    /// <summary>Control characters, line separators and marks that change the direction of text.</summary>
    private static bool IsUnsafe(char letter) =>
        char.IsControl(letter) || letter is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff';
}

public static class CallerNames
{
    private const string Mark = " (claimed)";

    /// <summary>Of a name that nobody has verified.</summary>
    public static string Claimed(string name) => $"{name}{Mark}";

    public static bool IsClaimed(string name) => name.EndsWith(Mark, StringComparison.Ordinal);
}
