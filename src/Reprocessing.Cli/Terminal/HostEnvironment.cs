using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reprocessing.Cli.Terminal;

/// <summary>Streams, terminal, environment, network, time and randomness.</summary>
internal sealed record HostEnvironment(TextReader In, TextWriter Out, TextWriter Error)
{
    public bool IsOutTerminal { get; init; }

    /// <summary>Stderr is a terminal: progress can be drawn.</summary>
    public bool IsErrorTerminal { get; init; }

    public bool CanAsk { get; init; }

    public int Width { get; init; } = 120;

    public required string UserName { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public required Func<HttpMessageHandler> Network { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>How long an app that says nothing is waited for: more than the app itself takes for a request.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(100);

    public required Func<string> NewKey { get; init; }

    public string Folder { get; init; } = ".";

    /// <summary>See no-color.org.</summary>
    public bool AllowsColour => string.IsNullOrEmpty(Variable("NO_COLOR")) && CanRedraw;

    /// <summary>The terminal can overwrite what it has written.</summary>
    public bool CanRedraw => Variable("TERM") != "dumb";

    public static HostEnvironment OfProcess() => new(Console.In, StandardOutput.Open(), Console.Error)
    {
        IsOutTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        Width = Console.IsOutputRedirected ? int.MaxValue : Math.Max(40, AnsiConsole.Profile.Width),
        UserName = Environment.UserName,
        Variable = Environment.GetEnvironmentVariable,
        // A redirect would send the key to another address.
        Network = () => new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) },
        Time = TimeProvider.System,
        NewKey = () => Guid.NewGuid().ToString("N"),
        Folder = Environment.CurrentDirectory,
    };
}

/// <summary>
/// Stdout that fails when nobody reads it any more. The console's own ignores that, so <c>| head</c> would read a list of any length to its
/// end.
/// </summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32;

    public static TextWriter Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // A file stream has its own position and would overwrite what stderr wrote into the same file.
        return stream.CanSeek ? Console.Out : new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }

    public static bool HasNoReader(Exception fault) => fault is IOException { HResult: BrokenPipe };
}

/// <summary>Ctrl-C and SIGTERM as a token. The second signal ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopSignal() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
