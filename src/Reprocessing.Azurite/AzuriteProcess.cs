using System.Diagnostics;
using System.Globalization;

namespace Reprocessing.Azurite;

/// <summary>One of Azurite's services: found running, or started here and stopped by <see cref="DisposeAsync"/>.</summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    private readonly Process? _process;
    private readonly AzuriteOptions _options;
    private readonly ILogger _logger;

    private AzuriteProcess(AzuriteService service, int port, Process? process, AzuriteOptions options, ILogger logger)
    {
        Service = service;
        Port = port;
        _process = process;
        _options = options;
        _logger = logger;
        if (process is not null)
        {
            process.Exited += OnExited;
        }
    }

    public AzuriteService Service { get; }

    public int Port { get; }

    /// <summary>Null for one that was running already.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>False for one that was running already, which stays.</summary>
    public bool IsOwned => _process is not null;

    /// <summary>A member of a connection string.</summary>
    public string Endpoint => $"{Service}Endpoint=http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/devstoreaccount1;";

    /// <summary>Uses what answers on the port, else starts Azurite there, after installing it on the first run.</summary>
    /// <exception cref="AzuriteException">Node or Azurite is missing, or it does not start.</exception>
    public static async Task<AzuriteProcess> StartAsync(AzuriteService service, AzuriteOptions options, ILogger logger, CancellationToken cancellation)
    {
        var wanted = options.PortOf(service);
        if (await AzuriteProbe.AnswersAsync(wanted, cancellation))
        {
            Log.Reused(logger, service, wanted);
            return new(service, wanted, process: null, options, logger);
        }

        var package = await AzuriteInstallation.EnsureAsync(logger, cancellation);
        var launch = new AzuriteLaunch(service, options, package);
        try
        {
            var port = await launch.WaitForPortAsync(cancellation);
            Log.Started(logger, service, port, launch.Process.Id, options.Location ?? "memory");
            return new(service, port, launch.Process, options, logger);
        }
        catch (AzuriteException)
        {
            launch.Abandon();
            // Two owners may start at once: the one that finds the port taken uses the other's.
            if (await AzuriteProbe.AnswersAsync(wanted, cancellation))
            {
                Log.Reused(logger, service, wanted);
                return new(service, wanted, process: null, options, logger);
            }

            throw;
        }
        catch
        {
            launch.Abandon();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.Exited -= OnExited;
        try
        {
            using var patience = new CancellationTokenSource(_options.StopTimeout);
            await _process.StandardInput.WriteLineAsync("stop".AsMemory(), patience.Token);
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(patience.Token);
            Log.Stopped(_logger, Service, Port);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A broken pipe is the way to learn that it has ended before.
            if (!_process.HasExited)
            {
                Log.Killed(_logger, Service, Port, e);
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private void OnExited(object? sender, EventArgs e) => Log.Died(_logger, Service, Port);
}
