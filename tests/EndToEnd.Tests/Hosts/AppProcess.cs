using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Hosts;

/// <summary>
/// The built app under the local host: a host process and a worker process on the platform's own engine, which can be killed together, as a
/// machine would be, or the worker alone. It may be started again on the same storage.
/// </summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private const int LinesKept = 400;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly string _folder;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    /// <param name="folder">Where the app is, if not where the build put it.</param>
    public AppProcess(IReadOnlyDictionary<string, string?> settings, string? folder = null)
    {
        _folder = folder ?? AppFiles.Folder;
        Port = FreePort.Next();
        _settings = settings;
        Client = new AppClient(new Uri($"http://127.0.0.1:{Port}"), () => Log);
    }

    public int Port { get; }

    public AppClient Client { get; }

    public bool HasExited => _process is not { HasExited: false };

    /// <summary>The most physical memory that the worker, which runs the app's code, has had at any time.</summary>
    public double PeakMegabytes
    {
        get
        {
            using var worker = Process.GetProcessById(WorkerIds().Single());
            return worker.PeakWorkingSet64 / 1048576.0;
        }
    }

    public string Log => string.Join(Environment.NewLine, _log);

    private Process Running => _process ?? throw new InvalidOperationException("The app was not started.");

    /// <summary>Starts the process and returns without waiting for it to be ready.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { AppFiles.Host, _folder, "--port", Port.ToString(CultureInfo.InvariantCulture) },
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

    /// <summary>SIGKILL to host and worker: nothing of them runs after it.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>SIGKILL to the worker alone, as soon as there is one; the host starts another.</summary>
    public async Task KillWorkerAsync()
    {
        List<int> workers = [];
        await Eventually.TrueAsync(() => Task.FromResult((workers = WorkerIds()).Count > 0), StartLimit, () => Log);
        await SignalAsync("KILL", workers);
    }

    /// <summary>SIGSTOP: host and worker neither run nor end, as a machine that sleeps.</summary>
    public Task PauseAsync() => SignalAsync("STOP", [Running.Id, .. WorkerIds()]);

    /// <summary>They go on where they were, and do not know how long they slept.</summary>
    public Task ContinueAsync() => SignalAsync("CONT", [Running.Id, .. WorkerIds()]);

    /// <summary>SIGTERM, as a platform stops an app that it wants to stop well.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM", [Running.Id]);
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

    /// <returns>What <c>kill</c> ends with: 0 when each process was there.</returns>
    public static async Task<int> SignalAsync(string signal, IEnumerable<int> processes)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
        return kill.ExitCode;
    }

    /// <summary>The host's children. The system tells the parent in the fourth field of a process's state, after a name that may hold anything.</summary>
    private List<int> WorkerIds() =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == Running.Id)];

    private static int ParentOf(int id)
    {
        try
        {
            var state = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            return int.Parse(state[(state.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended between the two looks.
            return 0;
        }
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
