namespace Reprocessing.Cli.Terminal;

/// <summary>What is said to people, on stderr.</summary>
internal sealed class Messages(Surroundings surroundings)
{
    private const string Red = "\u001b[31m";
    private const string Yellow = "\u001b[33m";
    private const string Plain = "\u001b[0m";

    private readonly bool _hasColour = surroundings.IsErrorTerminal && surroundings.AllowsColour;

    public void Say(string line) => surroundings.Error.WriteLine(SafeText.Of(line));

    public void Warn(string line) => surroundings.Error.WriteLine($"{Coloured("note:", Yellow)} {SafeText.Of(line)}");

    public void Fail(IReadOnlyList<string> lines)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            surroundings.Error.WriteLine(index == 0 ? $"{Coloured("error:", Red)} {SafeText.Of(lines[0])}" : $"  {SafeText.Of(lines[index])}");
        }
    }

    /// <summary>A question, and what was typed; empty at the end of the input.</summary>
    public async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        surroundings.Error.Write($"{SafeText.Of(question)} ");
        surroundings.Error.Flush();

        // A console is read by whoever blocks on it: on a thread of its own, which Ctrl-C leaves behind.
        return (await Task.Run(surroundings.In.ReadLine, cancellationToken).WaitAsync(cancellationToken))?.Trim() ?? string.Empty;
    }

    /// <summary>A yes, and nothing that could be taken for one.</summary>
    public async Task<bool> AgreesAsync(string question, CancellationToken cancellationToken) =>
        await AskAsync($"{question} [y/N]", cancellationToken) is "y" or "Y" or "yes";

    private string Coloured(string text, string colour) => _hasColour ? $"{colour}{text}{Plain}" : text;
}

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
