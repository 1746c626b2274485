using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Benchmarks;

/// <summary>A function app under the local host, in processes of their own: they can be measured, and killed.</summary>
internal sealed class AppHost : IAsyncDisposable
{
    private const int LinesKept = 200;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly string _folder;
    private readonly Dictionary<string, string> _settings;
    private readonly int _port = FreePort();
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    /// <param name="app">The name of its project.</param>
    public AppHost(string app, string connectionString, IReadOnlyDictionary<string, string> settings)
    {
        _folder = BuiltFolder(app);
        _settings = new(settings)
        {
            ["AzureWebJobsStorage"] = connectionString,
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = HubName,
            ["OrdersTablePrefix"] = TablePrefix,
            // Work that comes after a pause is measured, not the pause.
            ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__maxQueuePollingInterval"] = "00:00:02",
        };
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromMinutes(10) };
    }

    /// <summary>Begins the names of all its tables.</summary>
    public string TablePrefix { get; } = "Bench" + Guid.NewGuid().ToString("N")[..10];

    public string HubName => TablePrefix + "Hub";

    public HttpClient Client { get; }

    public Process Host => _process ?? throw new InvalidOperationException("The app was not started.");

    public string Log => string.Join(Environment.NewLine, _log);

    /// <summary>The worker: the host's only child, as Linux tells it.</summary>
    public Process Worker() => Process.GetProcesses().Single(process => ParentOf(process.Id) == Host.Id);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(BuiltFolder("Reprocessing.LocalHost"), "Reprocessing.LocalHost.dll"), _folder,
                "--port", _port.ToString(CultureInfo.InvariantCulture),
                "--settings", Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json"),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilHealthyAsync(cancellationToken);
    }

    /// <summary>SIGKILL to host and worker: neither finishes anything.</summary>
    public async Task KillAsync()
    {
        Host.Kill(entireProcessTree: true);
        await Host.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        Client.Dispose();
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (!await IsHealthyAsync(cancellationToken))
        {
            if (Host.HasExited || waited.Elapsed > StartLimit)
            {
                throw new InvalidOperationException($"The app did not start:{Environment.NewLine}{Log}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var health = await Client.GetAsync("/api/health", cancellationToken);
            return health.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int? ParentOf(int processId)
    {
        try
        {
            // 'PID (NAME) STATE PARENT ...', and a name may have spaces and brackets.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', 4)[2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

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

    /// <summary>The build puts <c>bin/PROJECT/release</c> beside <c>bin/Benchmarks/release</c>.</summary>
    private static string BuiltFolder(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal static class ProcessMemory
{
    extension(Process process)
    {
        public double Megabytes => process.WorkingSet64 / 1048576.0;

        public double PeakMegabytes => process.PeakWorkingSet64 / 1048576.0;
    }
}
