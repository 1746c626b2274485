using System.Text;
using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Reprocessing.Testing.InMemory;

/// <summary>The app's container with what the Functions worker puts into it, and with the engine in memory in place of the host's.</summary>
internal static class InMemoryWorker
{
    /// <summary>To be called before the app adds its own, as the platform's builder does (Microsoft.Azure.Functions.Worker 2.52.0).</summary>
    public static IServiceCollection AddWorkerDefaults(this IServiceCollection services)
    {
        services.Configure<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true);
        services.AddOptions<WorkerOptions>().PostConfigure<IOptions<JsonSerializerOptions>>(
            (worker, json) => worker.Serializer ??= new JsonObjectSerializer(json.Value));
        return services;
    }

    /// <summary>What the Durable Functions extension of the worker adds (Microsoft.Azure.Functions.Worker.Extensions.DurableTask 1.21.1).</summary>
    /// <param name="defaultVersion">As host.json says: what instances get that are started without one.</param>
    public static IServiceCollection AddDurableFunctions(this IServiceCollection services, AppFunctions functions, string defaultVersion)
    {
        // What crosses the engine is written by the worker's serializer.
        services.AddOptions<DurableTaskWorkerOptions>().PostConfigure<IOptions<WorkerOptions>>((durable, worker) =>
        {
            durable.EnableEntitySupport = true;
            durable.DataConverter = new WorkerDataConverter(worker.Value.Serializer!);
            durable.Versioning = new() { DefaultVersion = defaultVersion };
        });
        services.AddOptions<DurableTaskClientOptions>().PostConfigure<IOptions<WorkerOptions>>((durable, worker) =>
        {
            durable.EnableEntitySupport = true;
            durable.DataConverter = new WorkerDataConverter(worker.Value.Serializer!);
            durable.DefaultVersion = defaultVersion;
        });
        return services.AddSingleton(functions).AddSingleton(container => new DurableTaskShimFactory(
            container.GetRequiredService<IOptions<DurableTaskWorkerOptions>>().Value, container.GetRequiredService<ILoggerFactory>()));
    }

    /// <summary>The engine, in the place of the host's.</summary>
    public static IServiceCollection AddHub(this IServiceCollection services, InMemoryHub hub, AppFunctions functions)
    {
        var channel = hub.OpenChannel();
        services.AddSingleton<BoundClient>().AddSingleton(_ => channel);
        services.AddDurableTaskWorker(worker => worker.UseGrpc(channel));
        services.AddDurableTaskClient(client => client.UseGrpc(channel).RegisterDirectly());
        services.AddOptions<DurableTaskRegistry>().Configure<IServiceProvider>((registry, root) => Register(registry, functions, root));
        return services;
    }

    private static void Register(DurableTaskRegistry registry, AppFunctions functions, IServiceProvider root)
    {
        foreach (var function in functions.With<OrchestrationTriggerAttribute>())
        {
            registry.AddOrchestrator(function.Name, () => new OrchestrationFunction(function, root));
        }

        foreach (var function in functions.With<ActivityTriggerAttribute>())
        {
            registry.AddActivity(function.Name, scope => new ActivityFunction(function, scope));
        }
    }

    private sealed class WorkerDataConverter(ObjectSerializer serializer) : DataConverter
    {
        public override string? Serialize(object? value) => value is null ? null : serializer.Serialize(value, value.GetType()).ToString();

        public override object? Deserialize(string? data, Type targetType)
        {
            if (data is null)
            {
                return null;
            }

            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(data), writable: false);
            return serializer.Deserialize(stream, targetType, CancellationToken.None);
        }
    }
}
