namespace Reprocessing.Cli.Tests.Testing;

/// <summary>One call of the command line, against a scripted app.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private int _keys;

    public ScriptedNetwork Network { get; } = new();

    public InstantTime Time { get; } = new();

    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>What is typed, or piped in.</summary>
    public string Input { get; init; } = string.Empty;

    /// <summary>In place of <see cref="Input"/>.</summary>
    public TextReader? Typing { get; init; }

    /// <summary>Somebody sits before it.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Progress can be drawn.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>In place of what <see cref="Out"/> keeps.</summary>
    public TextWriter? Output { get; init; }

    public int Width { get; init; } = 80;

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(100);

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(
        args,
        new HostEnvironment(Typing ?? new StringReader(Input), Output ?? _out, _error)
        {
            IsOutTerminal = IsTerminal,
            IsErrorTerminal = IsErrorTerminal,
            CanAsk = IsTerminal,
            Width = Width,
            UserName = "dana",
            Variable = Variables.GetValueOrDefault,
            Network = () => Network,
            Time = Time,
            Patience = Patience,
            NewKey = () => $"key-{++_keys}",
            Folder = AppContext.BaseDirectory,
        },
        _stop.Token);

    public void PressCtrlC() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Dispose();
        Network.Dispose();
    }
}
