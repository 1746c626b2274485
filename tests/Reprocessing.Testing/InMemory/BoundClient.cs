using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Reprocessing.Testing.InMemory;

/// <summary>The client as functions are given it: the worker's own, which knows the host's management API and makes the addresses that callers get.</summary>
internal sealed class BoundClient(DurableTaskClient engine)
{
    // It is internal to Microsoft.Azure.Functions.Worker.Extensions.DurableTask (1.21.1).
    private static readonly Type WorkerClient = typeof(DurableClientAttribute).Assembly.GetType(
        "Microsoft.Azure.Functions.Worker.FunctionsDurableTaskClient", throwOnError: true)!;

    private DurableTaskClient? _client;

    public DurableTaskClient Client => _client ?? Create(managementApi: null);

    /// <summary>From now on functions know where the management API is.</summary>
    public void Bind(Uri managementApi) => _client = Create(managementApi.ToString().TrimEnd('/'));

    private DurableTaskClient Create(string? managementApi) =>
        (DurableTaskClient)Activator.CreateInstance(WorkerClient, engine, "taskHub=memory&connection=Storage", managementApi, null)!;
}
