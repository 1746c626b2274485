using System.Text.Json;
using Azure.Core.Serialization;
using Azure.Data.Tables;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Store;
using Embedded.Functions.Discovery;
using Embedded.Functions.Durable;
using Embedded.Functions.Invocation;
using Embedded.Functions.Keys;
using Embedded.Functions.Management;
using Embedded.Functions.Scheduling;
using Embedded.Functions.Web;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Hosting;

internal static class RuntimeRegistration
{
    /// <summary>What an app may build upon: before its own registrations, so that theirs come later and win.</summary>
    public static void AddWorker(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddOptions();

        // As the platform's worker: names in any case are read, written as they are declared.
        services.Configure<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true);
        services.AddOptions<WorkerOptions>().Configure<IOptions<JsonSerializerOptions>>((worker, json) =>
            worker.Serializer = new JsonObjectSerializer(json.Value));

        // First in, last out: everything of the app runs while storage and hub do.
        services.AddSingleton<RuntimeService>();
        services.AddHostedService(provider => provider.GetRequiredService<RuntimeService>());
    }

    public static void AddRuntime(
        this IServiceCollection services,
        HostFacts facts,
        FunctionCatalog catalog,
        IReadOnlyList<PlannedTimer> timers,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(facts);
        services.AddSingleton(facts.Host);
        services.AddSingleton(catalog);
        services.AddSingleton(new KeyGuard(facts.IsLocalDevelopment));
        services.AddSingleton<HttpFunctionHandler>();
        services.AddSingleton<ManagementApi>();
        services.AddSingleton<AdminApi>();
        services.AddSingleton<InstanceRoutes>();
        services.AddSingleton<InstanceListRoutes>();
        services.AddSingleton<OrchestrationStarts>();
        services.AddSingleton<HostBanner>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<FunctionPipeline>(provider, middleware));
        services.AddSingleton(provider => new HostStorage(new TableServiceClient(facts.StorageConnection, facts.StorageOptions), facts));
        services.AddSingleton(provider => Durable(provider, facts));
        services.AddSingleton(provider => Timers(provider, timers));
        services.AddHostedService(provider => provider.GetRequiredService<TimerService>());
    }

    private static DurableRuntime Durable(IServiceProvider services, HostFacts facts)
    {
        var converter = new ObjectSerializerConverter(services.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer
            ?? throw new HostStartException(["WorkerOptions.Serializer is null: the worker needs a serializer."]));
        var executor = new PipelineTaskExecutor(
            services.GetRequiredService<FunctionCatalog>(), services.GetRequiredService<FunctionPipeline>(), converter);
        var defaults = new TaskHubOptions { HubName = facts.Host.HubName };
        var options = new TaskHubOptions
        {
            HubName = facts.Host.HubName,
            DataConverter = converter,
            DefaultVersion = facts.Host.DefaultVersion ?? defaults.DefaultVersion,
            MaxConcurrentActivities = facts.Host.MaxConcurrentActivityFunctions ?? defaults.MaxConcurrentActivities,
            MaxConcurrentOrchestrations = facts.Host.MaxConcurrentOrchestratorFunctions ?? defaults.MaxConcurrentOrchestrations,
        };
        var hub = new TaskHubHost(
            options,
            new TableTaskHubStore(services.GetRequiredService<HostStorage>().Service, facts.Host.HubName, facts.Host.PartitionCount ?? TableTaskHubStore.DefaultBucketCount),
            executor,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>());
        return new DurableRuntime(hub, facts.Host.HubName);
    }

    private static TimerService Timers(IServiceProvider services, IReadOnlyList<PlannedTimer> timers)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var store = services.GetRequiredService<HostStorage>().Timers;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory.Timers);
        var functions = timers.Select(timer =>
        {
            var monitored = timer.Trigger.UseMonitor && !timer.Schedule.IsTooOftenToMonitor(time.GetUtcNow());
            var function = new TimerFunction(
                timer.Function,
                timer.Schedule,
                monitored ? store : null,
                services.GetRequiredService<FunctionPipeline>(),
                time,
                logger);
            return (function, timer.Trigger.RunOnStartup);
        });
        return new TimerService([.. functions], logger);
    }
}
