using System.Diagnostics;
using System.Globalization;
using System.Text;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Hosts;

/// <summary>The built command line as a process of its own, which gets signals.</summary>
internal sealed class CommandLineProcess : IDisposable
{
    private static readonly string Program = typeof(Reprocessing.Cli.CommandLine).Assembly.Location;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly StringBuilder _error = new();
    private readonly Process _process;

    public CommandLineProcess(params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has said on stderr.</summary>
    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    public Task WaitForAsync(string said) =>
        Eventually.TrueAsync(() => Task.FromResult(Error.Contains(said, StringComparison.Ordinal)), seen: () => Error);

    /// <summary>SIGTERM, which is treated as Ctrl-C is; tests that run in the background pass SIGINT on as ignored.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_error)
        {
            _error.AppendLine(line);
        }
    }
}
