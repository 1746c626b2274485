using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

/// <summary>
/// stdout that says when nobody reads it any more. The console's own passes over that, and so <c>| head</c> would make a list of any
/// length be read to its end for nobody.
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

        // A stream of a file keeps a place of its own, and would write over what stderr has put into the same file.
        return stream.CanSeek ? Console.Out : new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }

    public static bool HasNoReader(Exception fault) => fault is IOException { HResult: BrokenPipe };
}

/// <summary>Ctrl-C and SIGTERM as a token. The second one is not held back: it ends the process whatever that is doing.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignal()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        }
    }

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
