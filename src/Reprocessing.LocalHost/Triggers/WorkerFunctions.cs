using Microsoft.Azure.WebJobs;

namespace Reprocessing.LocalHost.Triggers;

/// <summary>What the emitted class of all triggered functions inherits (hence public): each of its methods hands its call to the worker.</summary>
public abstract class WorkerFunctions
{
    private readonly IServiceProvider _services;

    protected WorkerFunctions(IServiceProvider services) => _services = services;

    private TriggerDispatcher Dispatcher => _services.GetRequiredService<TriggerDispatcher>();

    /// <summary>An orchestrator, activity or entity.</summary>
    protected Task<object?> CallDurable(string function, string? input, string? instanceId, CancellationToken cancellationToken)
        => Dispatcher.CallDurableAsync(function, input, instanceId, cancellationToken);

    protected Task CallTimer(string function, TimerInfo timer, CancellationToken cancellationToken)
        => Dispatcher.CallTimerAsync(function, timer, cancellationToken);

    /// <summary>Keeps the binding data of a durable client, which the extension has computed.</summary>
    protected void KeepClient(string key, string client) => _services.GetRequiredService<DurableClients>().Keep(key, client);
}
