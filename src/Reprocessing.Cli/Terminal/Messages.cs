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
