using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Reprocessing.Azurite;

/// <summary>An Azurite service between its process's start and its first answer.</summary>
internal sealed class AzuriteLaunch
{
    private const string PortLine = "listening ";
    private const int KeptLines = 20;

    private readonly AzuriteOptions _options;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _said = new();

    /// <param name="package">The folder of Azurite's package.</param>
    public AzuriteLaunch(AzuriteService service, AzuriteOptions options, string package)
    {
        _options = options;
        Process = new Process { StartInfo = Describe(service, options, package), EnableRaisingEvents = true };
        Process.OutputDataReceived += (_, line) => Hear(line.Data);
        Process.ErrorDataReceived += (_, line) => Hear(line.Data);
        Process.Exited += (_, _) => _ = TellOfEndAsync();
        try
        {
            Process.Start();
        }
        catch (Win32Exception e)
        {
            throw new AzuriteException("Node.js cannot be started, which runs the storage emulator: install Node 20 or later, or start Azurite yourself.", e);
        }

        // Read to the end even after the start: a full pipe would stop the emulator.
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public async Task<int> WaitForPortAsync(CancellationToken cancellation)
    {
        try
        {
            return await _port.Task.WaitAsync(_options.StartTimeout, cancellation);
        }
        catch (TimeoutException e)
        {
            throw new AzuriteException($"Azurite did not listen within {_options.StartTimeout}. It said:\n{Said()}", e);
        }
    }

    public void Abandon()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();
    }

    /// <summary>The process may be gone before its last words have been read, and those are the ones that say why.</summary>
    private async Task TellOfEndAsync()
    {
        try
        {
            await Process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // Abandoned meanwhile: nobody waits for it any more.
        }

        _port.TrySetException(new AzuriteException($"Azurite ended before it listened. It said:\n{Said()}"));
    }

    private static ProcessStartInfo Describe(AzuriteService service, AzuriteOptions options, string package)
    {
        using var supervisor = new StreamReader(typeof(AzuriteLaunch).Assembly.GetManifestResourceStream("azurite.js")!);
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var name = service.ToString().ToLowerInvariant();
        string[] storage = options.Location is null ? ["--inMemoryPersistence"] : ["--location", Path.GetFullPath(options.Location)];
        string[] arguments =
        [
            "-e", supervisor.ReadToEnd(), "--", name, Path.Combine(package, "dist", "src", name, "main.js"),
            $"--{name}Host", "127.0.0.1", $"--{name}Port", options.PortOf(service).ToString(CultureInfo.InvariantCulture),
            .. storage, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > KeptLines)
            {
                _said.Dequeue();
            }
        }

        if (line.StartsWith(PortLine, StringComparison.Ordinal) && int.TryParse(line.AsSpan(PortLine.Length), CultureInfo.InvariantCulture, out var port))
        {
            _port.TrySetResult(port);
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return string.Join('\n', _said);
        }
    }
}
