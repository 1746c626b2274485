using System.Diagnostics;
using System.Globalization;

namespace Reprocessing.Demo;

/// <summary>The function app under the local host, as a child process. Its output goes to a file: the terminal belongs to the view.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly StreamWriter _log;

    private AppProcess(Process process, StreamWriter log, string logPath)
    {
        _process = process;
        _log = log;
        LogPath = logPath;
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string LogPath { get; }

    public bool HasExited => _process.HasExited;

    public static AppProcess Start(DemoOptions options)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, ".azurite")).FullName;
        var logPath = Path.Combine(folder, "demo.log");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(BuiltBeside("Reprocessing.LocalHost"), "Reprocessing.LocalHost.dll"), BuiltBeside("Reprocessing.Functions"),
            "--port", options.Port.ToString(CultureInfo.InvariantCulture), "--azurite-location", folder, "--until-input-ends",
            "--settings", Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json"),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in DemoSettings.Values)
        {
            start.Environment[name] = value;
        }

        var log = new StreamWriter(logPath, append: false) { AutoFlush = true };
        return new AppProcess(Process.Start(start)!, log, logPath);
    }

    /// <summary>The last lines that the app wrote: shown when it ends unexpectedly.</summary>
    public async Task<string> ReadTailAsync(int lines)
    {
        await using var stream = new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return string.Join(Environment.NewLine, (await reader.ReadToEndAsync()).Split('\n').TakeLast(lines));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Ctrl-C in a terminal has reached the child already; a second request to stop does no harm.
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
        await _log.DisposeAsync();
    }

    /// <summary>All programs are built into one tree: .../bin/Reprocessing.Demo/debug and .../bin/Reprocessing.Functions/debug.</summary>
    private static string BuiltBeside(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }

    private void Write(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.WriteLine(line);
        }
    }
}
