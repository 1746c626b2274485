using System.Globalization;
using System.Text;

namespace Reprocessing.Cli.Terminal;

/// <summary>
/// Texts of a server as a terminal may have them. Reasons, notes and ids come from outside: an escape sequence in one could
/// repaint the screen, and a change of direction could make one id look like another.
/// </summary>
internal static class SafeText
{
    /// <summary>One line; what does not print is shown as its escape.</summary>
    public static string Of(string? text) => Escape(text ?? string.Empty, IsUnsafe);

    /// <summary>Line ends and tabs stay, for what has lines of its own.</summary>
    public static string OfLines(string text) => Escape(text, letter => letter is not ('\n' or '\r' or '\t') && IsUnsafe(letter));

    private static string Escape(string text, Func<char, bool> isUnsafe)
    {
        if (!text.Any(isUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            safe.Append(!isUnsafe(letter) ? letter.ToString() : letter switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                // Valid within a JSON text too, which is all that can hold such a letter there.
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
            });
        }

        return safe.ToString();
    }

    /// <summary>Controls of both sets, line separators, and marks that change the direction of writing.</summary>
    private static bool IsUnsafe(char letter) =>
        char.IsControl(letter) || letter is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff';
}
