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
