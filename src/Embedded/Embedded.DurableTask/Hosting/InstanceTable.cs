using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Embedded.DurableTask.Hosting;

/// <summary>The instances that have not ended. Ended ones leave memory.</summary>
internal sealed class InstanceTable
{
    private readonly ConcurrentDictionary<string, ActiveInstance> _instances = new(StringComparer.Ordinal);

    public int Count => _instances.Count;

    public IEnumerable<ActiveInstance> All => _instances.Values;

    public bool TryFind(string instanceId, [NotNullWhen(true)] out ActiveInstance? instance) =>
        _instances.TryGetValue(instanceId, out instance);

    public void Add(ActiveInstance instance) => _instances[instance.Id] = instance;

    /// <summary>Leaves a successor of the same id alone.</summary>
    public void Remove(ActiveInstance instance) => _instances.TryRemove(KeyValuePair.Create(instance.Id, instance));
}
