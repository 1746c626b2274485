using Spectre.Console;

namespace Reprocessing.Cli.Terminal;

/// <summary>Everything outside of the program: streams, terminal, environment, network, time and chance.</summary>
internal sealed record Surroundings(TextReader In, TextWriter Out, TextWriter Error)
{
    /// <summary>Somebody sits before stdout.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>Somebody sits before stderr: progress can be drawn.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Somebody can be asked.</summary>
    public bool CanAsk { get; init; }

    public int Width { get; init; } = 120;

    public required string UserName { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public required Func<HttpMessageHandler> Network { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>A new text that nobody else has.</summary>
    public required Func<string> NewKey { get; init; }

    /// <summary>Where file names begin.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>See no-color.org.</summary>
    public bool AllowsColour => string.IsNullOrEmpty(Variable("NO_COLOR")) && CanRedraw;

    /// <summary>The terminal can go back to what it has written.</summary>
    public bool CanRedraw => Variable("TERM") != "dumb";

    public static Surroundings OfProcess() => new(Console.In, StandardOutput.Open(), Console.Error)
    {
        IsOutTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Width = Console.IsOutputRedirected ? int.MaxValue : Math.Max(40, AnsiConsole.Profile.Width),
        UserName = Environment.UserName,
        Variable = Environment.GetEnvironmentVariable,
        // A redirect would carry the key to wherever it points.
        Network = () => new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) },
        Time = TimeProvider.System,
        NewKey = () => Guid.NewGuid().ToString("N"),
        Folder = Environment.CurrentDirectory,
    };
}
