using Microsoft.AspNetCore.Connections;
using Reprocessing.Azurite;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>The host's life: reads the app, starts storage, worker and listeners, waits for a signal, and stops within a limit.</summary>
internal sealed class FunctionsHost
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly LaunchOptions _options;
    private readonly StopSignal _stop;

    private FunctionsHost(LaunchOptions options, StopSignal stop) => (_options, _stop) = (options, stop);

    /// <returns>The exit code: 0 after a signal, 1 when it could not start or go on.</returns>
    public static async Task<int> RunAsync(LaunchOptions options)
    {
        using var stop = new StopSignal();
        if (options.UntilInputEnds)
        {
            stop.FollowInput();
        }

        try
        {
            return await new FunctionsHost(options, stop).RunAsync();
        }
        catch (Exception e) when (e is StartException or AzuriteException)
        {
            return Refuse(e);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static int Refuse(Exception reason)
    {
        Console.Error.WriteLine(reason.Message.ReplaceLineEndings(" "));
        return 1;
    }

    private async Task<int> RunAsync()
    {
        var folder = Path.GetFullPath(_options.Folder);
        FunctionApp.Require(folder);
        var settings = AppSettings.Read(folder, _options.SettingsFile);
        settings.Apply();
        var endpoint = HostEnvironment.Prepare(_options, settings);
        var hostJson = HostJson.Read(folder);
        var app = FunctionApp.Open(folder, name => hostJson.Configuration[name.Replace("__", ":", StringComparison.Ordinal)]);
        var identity = HostIdentity.Create(hostJson, folder, endpoint);

        using var loggers = LineFormatter.CreateLoggers(hostJson.Configuration);
        Warn(app, endpoint, loggers.CreateLogger("Host"));
        await using var emulator = new DevelopmentStorage(loggers.CreateLogger("Azurite"));
        emulator.Start(hostJson.Configuration["AzureWebJobsStorage"], _options.AzuriteLocation, _stop.Token);
        await using var server = await WorkerServer.StartAsync(loggers, _stop.Token);
        await using var worker = new WorkerHost(app, server, new WorkerLog(hostJson, loggers), hostJson.FunctionTimeout);
        _stop.OnHardExit(worker.Kill);

        // An app may need its storage when it starts; the host is put together while the worker does.
        await emulator.Ready;
        worker.Start();
        await using var web = Composition.Build(app, hostJson, identity, endpoint, worker, loggers);
        try
        {
            await RunAsync(web, worker, loggers.CreateLogger("Host"));
            return 0;
        }
        catch (StartException e)
        {
            // Said at once: to take down what runs by now may last, and is bounded as a stop is.
            _stop.BeginStop();
            return Refuse(e);
        }
    }

    private async Task RunAsync(WebApplication web, WorkerHost worker, ILogger log)
    {
        var starting = StartAsync(web, worker, log);
        await Task.WhenAny(starting, worker.Failed);
        if (worker.Failed.IsCompleted)
        {
            throw new StartException(await worker.Failed);
        }

        await starting;
        await Task.WhenAny(worker.Failed, Task.Delay(Timeout.Infinite, _stop.Token));
        if (worker.Failed.IsCompleted)
        {
            throw new StartException(await worker.Failed);
        }

        Log.Stopping(log, StopSignal.Patience);
        await StopAsync(web, worker);
        Log.Stopped(log);
    }

    private async Task StartAsync(WebApplication web, WorkerHost worker, ILogger log)
    {
        var storage = web.Services.GetRequiredService<HostStorage>();
        var identity = web.Services.GetRequiredService<HostIdentity>();
        var access = web.Services.GetRequiredService<Access>();
        await storage.ProbeAsync(_stop.Token);
        if (!access.IsOpen)
        {
            access.Keys = await HostKeys.LoadAsync(storage.Secrets, identity.HostId, _stop.Token);
        }

        var jobHost = web.Services.GetRequiredService<JobHost>();
        try
        {
            var types = web.Services.GetRequiredService<FunctionTypes>();
            foreach (var client in types.ClientKeys)
            {
                await jobHost.CallAsync(types.Method(client), _stop.Token);
            }

            // HTTP first: a timer that is past due runs within the start of the listeners.
            await web.StartAsync(_stop.Token);
            await jobHost.StartAsync(_stop.Token);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartException($"{identity.Root.Authority} is in use.", e);
        }
        catch (Exception e) when (e is not (StartException or OperationCanceledException))
        {
            throw new StartException($"The host cannot start: {StartException.Reason(e)}", e);
        }

        await worker.Ready.WaitAsync(_stop.Token);
        web.Services.GetRequiredService<FunctionList>().Write(_options.ShowKeys);
        identity.IsReady = true;
        Log.Started(log, identity.Root, web.Services.GetRequiredService<FunctionApp>().Functions.Count, identity.HostId, Stopwatch.GetElapsedTime(_begin).TotalSeconds);
    }

    private async Task StopAsync(WebApplication web, WorkerHost worker)
    {
        _stop.BeginStop();
        // Near the end of the patience, functions that heed their cancellation token are told to end.
        using var late = new Timer(_ => worker.CancelAll(), null, StopSignal.Patience - TimeSpan.FromSeconds(8), Timeout.InfiniteTimeSpan);
        await Task.WhenAll(web.StopAsync(), web.Services.GetRequiredService<JobHost>().StopAsync());
        while (worker.InHand > 0)
        {
            await Task.Delay(50);
        }
    }

    private static void Warn(FunctionApp app, HostEndpoint endpoint, ILogger log)
    {
        if (endpoint.IsDevelopment && !IPAddress.IsLoopback(endpoint.Address))
        {
            Log.Open(log, endpoint.Address);
        }

        if (app.DurableExtensionVersion is { } built && built != DurableExtension.HostVersion)
        {
            Log.OtherExtension(log, built, DurableExtension.HostVersion);
        }

        foreach (var function in app.Functions.Where(f => f.HasRetry))
        {
            Log.NoRetry(log, function.Name);
        }
    }
}
