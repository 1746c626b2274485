using Embedded.DurableTask.Hosting;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Durable;

/// <summary>The task hub that this host runs, and what addresses it.</summary>
internal sealed class DurableRuntime(TaskHubHost hub, string hubName)
{
    public TaskHubHost Hub => hub;

    public string HubName => hubName;

    public DurableTaskClient Client => hub.Client;
}
