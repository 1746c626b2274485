using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Hosting;
using Microsoft.Extensions.Azure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Trace;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>Puts the WebJobs SDK, its extensions and the HTTP server together.</summary>
internal static class Composition
{
    public static WebApplication Build(FunctionApp app, HostJson hostJson, HostIdentity identity, HostEndpoint endpoint, WorkerHost worker, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = app.Folder, EnvironmentName = endpoint.Name });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(hostJson.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(endpoint.Address, endpoint.Port);
            kestrel.AddServerHeader = false;
        });
        builder.Host.ConfigureWebJobs(jobs => jobs.AddAzureStorageCoreServices().AddTimers().AddDurableTask().UseHostId(identity.HostId));
        var services = builder.Services;
        Replace(services);
        services.AddSingleton(app).AddSingleton(hostJson).AddSingleton(identity).AddSingleton(worker).AddSingleton(loggers);
        services.AddSingleton(new Access(endpoint.IsDevelopment)).AddSingleton<FunctionTypes>().AddSingleton<TriggerDispatcher>().AddSingleton<DurableClients>();
        services.AddSingleton<DurableWebhooks>().AddSingleton<HttpTriggers>().AddSingleton<AdminApi>().AddSingleton<FunctionList>().AddSingleton(HostStorage.Open);
        services.AddSingleton(provider => (JobHost)provider.GetRequiredService<IJobHost>());
        // Storage's misses are every day's business, as for the first schedule status; it would log each as a warning.
        services.AddSingleton(new AzureEventSourceLogForwarder(NullLoggerFactory.Instance));
        services.AddRouting();
        if (hostJson.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            // What the real host tells of by telemetryMode: requests, orchestrations and activities, and so their context to the worker.
            services.AddOpenTelemetry().WithTracing(traces => traces.AddSource("Microsoft.AspNetCore", "WebJobs.Extensions.DurableTask", "DurableTask.*").AddOtlpExporter());
        }

        var web = builder.Build();
        web.Use(HttpTriggers.AnswerWrongMethodAsync);
        web.UseRouting();
        web.Services.GetRequiredService<HttpTriggers>().Map(web);
        web.Services.GetRequiredService<DurableWebhooks>().Map(web);
        web.Services.GetRequiredService<AdminApi>().Map(web);
        return web;
    }

    private static void Replace(IServiceCollection services)
    {
        // The host starts and stops the listeners itself, in its own order.
        services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(JobHostService)));
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SilentLifetime>());
        services.Replace(ServiceDescriptor.Singleton<ITypeLocator>(provider => provider.GetRequiredService<FunctionTypes>()));
        services.Replace(ServiceDescriptor.Singleton<ScheduleMonitor, BlobScheduleMonitor>());
#pragma warning disable CS0618 // As DurableWebhooks says.
        services.Replace(ServiceDescriptor.Singleton<IWebHookProvider>(provider => provider.GetRequiredService<DurableWebhooks>()));
#pragma warning restore CS0618
    }
}

/// <summary>Signals and the words about them are the program's own business.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
