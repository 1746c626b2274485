namespace Reprocessing.Cli.Terminal;

/// <summary>Messages to people, on stderr.</summary>
internal sealed class Messages(HostEnvironment host)
{
    private const string Red = "\u001b[31m";
    private const string Yellow = "\u001b[33m";
    private const string Plain = "\u001b[0m";

    private readonly bool _hasColour = host.IsErrorTerminal && host.AllowsColour;

    public void Say(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            host.Error.WriteLine(SafeText.Of(line));
        }
    }

    public void Warn(string line) => host.Error.WriteLine($"{Coloured("note:", Yellow)} {SafeText.Of(line)}");

    public void Fail(IReadOnlyList<string> lines)
    {
        for (var index = 0; index < lines.Count; index++)
        {
            host.Error.WriteLine(index == 0 ? $"{Coloured("error:", Red)} {SafeText.Of(lines[0])}" : $"  {SafeText.Of(lines[index])}");
        }
    }

    /// <summary>Returns the answer; empty at the end of the input.</summary>
    public async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        host.Error.Write($"{SafeText.Of(question)} ");
        host.Error.Flush();

        // Reading a console blocks its thread, so it gets its own, which Ctrl-C abandons.
        return (await Task.Run(host.In.ReadLine, cancellationToken).WaitAsync(cancellationToken))?.Trim() ?? string.Empty;
    }

    public async Task<bool> AgreesAsync(string question, CancellationToken cancellationToken) =>
        await AskAsync($"{question} [y/N]", cancellationToken) is "y" or "Y" or "yes";

    private string Coloured(string text, string colour) => _hasColour ? $"{colour}{text}{Plain}" : text;
}

/// <summary>
/// Escapes text of a server for a terminal. Reasons, notes and ids come from outside: an escape sequence could repaint the screen, and a
/// change of direction could make one id look like another.
/// </summary>
internal static class SafeText
{
    /// <summary>As one line.</summary>
    public static string Of(string? text) => Escape(text ?? string.Empty, IsUnsafe);

    /// <summary>Keeps line ends and tabs.</summary>
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
                // Also valid in JSON, where such a character can only be part of a string.
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
            });
        }

        return safe.ToString();
    }

    /// <summary>Control characters, line separators and marks that change the direction of text.</summary>
    private static bool IsUnsafe(char letter) =>
        char.IsControl(letter) || letter is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff';
}
