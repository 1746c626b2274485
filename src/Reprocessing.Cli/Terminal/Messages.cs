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
        host.Error.WriteLine($"{Coloured("error:", Red)} {SafeText.Of(lines[0])}");
        Say(lines.Skip(1).Select(line => $"  {line}"));
    }

    /// <summary>Ends the command unless somebody agrees.</summary>
    /// <param name="word">What has to be typed; null is a yes.</param>
    /// <param name="unattended">How to go on where nobody can be asked.</param>
    /// <param name="declined">How to go on later.</param>
    public async Task ConfirmAsync(string question, string? word, string? unattended, string? declined, CancellationToken cancellationToken)
    {
        if (!host.CanAsk)
        {
            throw Refused("Nothing was done: --yes is needed where nobody can be asked.", unattended);
        }

        host.Error.Write($"{SafeText.Of(question)} {(word is null ? "[y/N] " : string.Empty)}");
        host.Error.Flush();

        // Reading a console blocks its thread, so it gets its own, which Ctrl-C abandons.
        var typed = (await Task.Run(host.In.ReadLine, cancellationToken).WaitAsync(cancellationToken))?.Trim();
        if (word is null ? typed is not ("y" or "Y" or "yes") : typed != word)
        {
            throw Refused("Nothing was done.", declined);
        }
    }

    private static CommandException Refused(string line, string? further) => new(ExitCode.Refused, further is null ? [line] : [line, further]);

    private string Coloured(string text, string colour) => _hasColour ? $"{colour}{text}{Plain}" : text;
}
