using System.Diagnostics;
using System.Globalization;

namespace Reprocessing.Azurite;

/// <summary>One of Azurite's services: found running, or started here and stopped by <see cref="DisposeAsync"/>.</summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    private static readonly TimeSpan OwnerPoll = TimeSpan.FromMilliseconds(100);

    private readonly Process? _process;
    private readonly PortOwnership? _ownership;
    private readonly AzuriteOptions _options;
    private readonly ILogger _logger;

    private AzuriteProcess(AzuriteService service, int port, Process? process, PortOwnership? ownership, AzuriteOptions options, ILogger logger)
    {
        Service = service;
        Port = port;
        _process = process;
        _ownership = ownership;
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

    /// <summary>Uses what answers on the port, else starts Azurite there, after installing it on the first run. What a killed owner has left is ended first.</summary>
    /// <exception cref="AzuriteException">Node or Azurite is missing, or it does not start.</exception>
    public static async Task<AzuriteProcess> StartAsync(AzuriteService service, AzuriteOptions options, ILogger logger, CancellationToken cancellation)
    {
        var wanted = options.PortOf(service);
        if (wanted == 0)
        {
            return await LaunchAsync(service, options, ownership: null, logger, cancellation);
        }

        while (true)
        {
            var ownership = PortOwnership.TryTake(wanted);
            try
            {
                if (ownership is not null)
                {
                    await ownership.EndLeftoverAsync(options.StopTimeout, cancellation);
                }

                if (await AzuriteProbe.AnswersAsync(wanted, cancellation))
                {
                    ownership?.Dispose();
                    Log.Reused(logger, service, wanted);
                    return new(service, wanted, process: null, ownership: null, options, logger);
                }

                if (ownership is not null)
                {
                    return await LaunchAsync(service, options, ownership, logger, cancellation);
                }
            }
            catch
            {
                ownership?.Dispose();
                throw;
            }

            // Another owner starts one, which is used then, or stops one.
            await Task.Delay(OwnerPoll, cancellation);
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
        _ownership?.Dispose();
    }

    private static async Task<AzuriteProcess> LaunchAsync(
        AzuriteService service, AzuriteOptions options, PortOwnership? ownership, ILogger logger, CancellationToken cancellation)
    {
        var launch = new AzuriteLaunch(service, options, await AzuriteInstallation.EnsureAsync(logger, cancellation));
        try
        {
            ownership?.Write(launch.Process);
            var port = await launch.WaitForPortAsync(cancellation);
            Log.Started(logger, service, port, launch.Process.Id, options.Location ?? "memory");
            return new(service, port, launch.Process, ownership, options, logger);
        }
        catch
        {
            launch.Abandon();
            throw;
        }
    }

    private void OnExited(object? sender, EventArgs e) => Log.Died(_logger, Service, Port);
}
