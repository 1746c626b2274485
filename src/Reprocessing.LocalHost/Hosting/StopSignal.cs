using System.Runtime.InteropServices;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>SIGINT and SIGTERM: the first asks the host to stop, a second Ctrl+C or the end of patience ends it where it stands.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Timer? _patience;
    private Action? _beforeHardExit;
    private int _interrupts;

    public StopSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    /// <summary>How long a stop may take. With the storage gone, the platform's own stop takes minutes.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public CancellationToken Token => _stop.Token;

    /// <summary>The end of the standard input asks the host to stop as well: a wish that every platform carries, and that the death of the parent sends by itself.</summary>
    public void FollowInput()
    {
        var listener = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }

            Stop();
        });
        listener.IsBackground = true;
        listener.Start();
    }

    /// <summary>What must not outlive the host.</summary>
    public void OnHardExit(Action action) => _beforeHardExit = action;

    /// <summary>From now on, the host ends within its patience.</summary>
    public void BeginStop() => _patience ??= new Timer(_ => ExitHard($"The host did not stop within {Patience.TotalSeconds} s."), null, Patience, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _patience?.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        // A terminal's Ctrl+C and the SIGTERM of a parent that got it as well are one wish; Ctrl+C twice is impatience.
        if (context.Signal == PosixSignal.SIGINT && Interlocked.Increment(ref _interrupts) > 1)
        {
            ExitHard("The host was ended by a second Ctrl+C.");
        }

        Stop();
    }

    private void Stop()
    {
        BeginStop();
        _stop.Cancel();
    }

    private void ExitHard(string reason)
    {
        Console.Error.WriteLine(reason);
        _beforeHardExit?.Invoke();
        // Exit waits for handlers that may hang as well.
        using var last = new Timer(_ => Environment.FailFast(null), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        Environment.Exit(1);
    }
}

/// <summary>Why the host cannot run: one line for the person who started it.</summary>
internal sealed class StartException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The message of the innermost exception, on one line.</summary>
    public static string Reason(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [var only, ..] })
        {
            exception = only;
        }

        return (exception.InnerException is { } inner ? Reason(inner) : exception.Message).ReplaceLineEndings(" ").Trim();
    }
}
