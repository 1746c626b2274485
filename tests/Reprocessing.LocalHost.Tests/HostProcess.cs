using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Reprocessing.LocalHost.Tests;

/// <summary>LocalHost as a user runs it: a process of its own, on a free port.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Process _process;

    private HostProcess(Process process, int port)
    {
        _process = process;
        Port = port;
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, Expect100ContinueTimeout = Patience })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
            Timeout = Patience,
        };
    }

    /// <summary>Of the quick-start app, as built.</summary>
    public static string AppFolder { get; } = Built("QuickStart.App");

    public int Port { get; }

    public int Id => _process.Id;

    public HttpClient Client { get; }

    public IEnumerable<string> Output => _output;

    public IReadOnlyList<string> Errors => [.. _errors];

    public string Everything => string.Join('\n', _output.Concat(_errors));

    /// <param name="settings">Environment variables over the test's own; null takes one away.</param>
    public static HostProcess Start(string connectionString, IReadOnlyDictionary<string, string?>? settings = null, string? folder = null, params string[] arguments)
    {
        var port = FreePort();
        // Tests that run in the background pass SIGINT on as ignored.
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] ownPort = arguments.Contains("--port") ? [] : ["--port", $"{port}"];
        string[] all = ["--default-signal=INT", "dotnet", Path.Combine(Built("Reprocessing.LocalHost"), "Reprocessing.LocalHost.dll"), folder ?? AppFolder, .. ownPort, .. arguments];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AzureWebJobsStorage"] = connectionString;
        foreach (var name in (string[])["AZURE_FUNCTIONS_ENVIRONMENT", "WEBSITE_HOSTNAME", "FUNCTIONS_HTTP_PORT"])
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        var process = new Process { StartInfo = start };
        var host = new HostProcess(process, port);
        process.OutputDataReceived += (_, line) => Add(host._output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(host._errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return host;
    }

    /// <summary>Settings of a host that shares nothing with another test's.</summary>
    public static Dictionary<string, string?> Alone()
    {
        var name = Reprocessing.Testing.AzuriteFixture.NewName("h").ToLowerInvariant();
        return new() { ["AzureFunctionsWebHost__hostid"] = name, ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = name };
    }

    /// <summary>Started, and ready for every trigger.</summary>
    public static async Task<HostProcess> RunAsync(string connectionString, IReadOnlyDictionary<string, string?>? settings = null, string? folder = null, params string[] arguments)
    {
        var host = Start(connectionString, settings, folder, arguments);
        await host.UntilAsync(() => host.HasWritten("Host started"), "the host to start");
        return host;
    }

    public bool HasWritten(string text) => Everything.Contains(text, StringComparison.Ordinal);

    public async Task<string> GetAsync(string path) => await Client.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<int> CounterAsync(string key) => int.Parse(await GetAsync($"api/counters/{key}"));

    /// <summary>Of the worker that serves.</summary>
    public async Task<int> WorkerIdAsync() => int.Parse(await GetAsync("api/processid"));

    /// <summary>Starts the orchestration whose activity takes long the first time, and waits until it has begun.</summary>
    /// <returns>The path that tells the instance's status.</returns>
    public async Task<string> StartSlowChainAsync(string folder, int seconds)
    {
        var file = Path.Combine(folder, "runs");
        using var response = await Client.PostAsync(new Uri("api/chain/SlowChain", UriKind.Relative), new StringContent($"{file}|{seconds}"));
        var links = Links(await response.Content.ReadAsStringAsync());
        await UntilAsync(() => File.Exists(file), "the activity to begin");
        return new Uri((string)links["statusQueryGetUri"]!).PathAndQuery;
    }

    /// <returns>What the instance has returned, if it has.</returns>
    public async Task<string?> OutputOfAsync(string status) => JsonNode.Parse(await GetAsync(status))!["output"]?.ToString();

    public async Task<Task<HttpResponseMessage>> BeginSlowRequestAsync(int seconds)
    {
        var answer = Client.GetAsync(new Uri($"api/slow/{seconds}", UriKind.Relative));
        await UntilAsync(() => HasWritten("Slow has begun."), "the request in hand");
        return answer;
    }

    public async Task<Process> WorkerAsync() => Process.GetProcessById(await WorkerIdAsync());

    public async Task UntilAsync(Func<bool> condition, string what) => await UntilAsync(() => Task.FromResult(condition()), what);

    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var limit = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(limit.Elapsed < Patience, $"Waited in vain for {what}.\n{Everything}");
            Assert.False(_process.HasExited, $"The host ended while {what} was waited for.\n{Everything}");
            await Task.Delay(50);
        }
    }

    public void Signal(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    public void EndInput() => _process.StandardInput.Close();

    public void Kill() => _process.Kill();

    /// <summary>Waits for the end of the process and all that it has written.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public async Task<int> StopAsync()
    {
        Signal(15);
        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Nobody else is likely to take it before the host does.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The management links that an app hands out, in whatever case its serializer writes them.</summary>
    public static JsonNode Links(string json) => JsonNode.Parse(json, new JsonNodeOptions { PropertyNameCaseInsensitive = true })!;

    /// <summary>The output folder of a project, in the test's own configuration.</summary>
    private static string Built(string project)
        => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
