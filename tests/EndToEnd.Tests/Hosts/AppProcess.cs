using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Hosts;

/// <summary>The built app as a process of its own, so that it can be killed as a machine would be. It may be started again on the same storage.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private const int LinesKept = 400;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    public AppProcess(IReadOnlyDictionary<string, string?> settings)
    {
        Port = FreePort.Next();
        _settings = new Dictionary<string, string?>(settings) { ["FUNCTIONS_HTTP_PORT"] = Port.ToString(CultureInfo.InvariantCulture) };
        Client = new AppClient(new Uri($"http://127.0.0.1:{Port}"), () => Log);
    }

    public int Port { get; }

    public AppClient Client { get; }

    public bool HasExited => _process is not { HasExited: false };

    /// <summary>The most physical memory that the process has had at any time.</summary>
    public double PeakMegabytes
    {
        get
        {
            Running.Refresh();
            return Running.PeakWorkingSet64 / 1048576.0;
        }
    }

    public string Log => string.Join(Environment.NewLine, _log);

    private Process Running => _process ?? throw new InvalidOperationException("The app was not started.");

    /// <summary>Starts the process and returns without waiting for it to be ready.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { AppFiles.Program },
            WorkingDirectory = AppFiles.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _process?.Dispose();
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task StartAsync()
    {
        Launch();
        await WaitUntilReadyAsync();
    }

    public Task WaitUntilReadyAsync() => Eventually.TrueAsync(IsReadyAsync, StartLimit, () => Log);

    /// <summary>SIGKILL: nothing of the process runs after it.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>SIGSTOP: the process neither runs nor ends, as a machine that sleeps.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>It goes on where it was, and does not know how long it slept.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    /// <summary>SIGTERM, as a platform stops an app that it wants to stop well.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync();
    }

    /// <summary>The exit code of a process that ends by itself.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        await Running.WaitForExitAsync(limit.Token);
        return Running.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            await KillAsync();
        }

        _process?.Dispose();
        Client.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Running.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> IsReadyAsync() =>
        HasExited ? throw new InvalidOperationException($"The app ended while it started:{Environment.NewLine}{Log}") : await Client.IsHealthyAsync();

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        while (_log.Count > LinesKept)
        {
            _log.TryDequeue(out _);
        }
    }
}
