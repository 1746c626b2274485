using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

internal sealed class DiscoveredDefinition(string name, MethodInfo method, FunctionTrigger trigger) : FunctionDefinition
{
    public override string Name => name;

    /// <summary>The same in every process, so that logs of two runs can be compared.</summary>
    public override string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];

    public override string EntryPoint { get; } = FunctionDiscovery.EntryPoint(method);

    public override string PathToAssembly { get; } = method.Module.FullyQualifiedName;

    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. method.GetParameters().Select(p => new FunctionParameter(p.Name ?? string.Empty, p.ParameterType, p.HasDefaultValue, p.DefaultValue))];

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = Inputs(method, trigger);

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = trigger is FunctionTrigger.Http
        ? ImmutableDictionary<string, BindingMetadata>.Empty.Add("$return", new DiscoveredBinding("$return", "http", BindingDirection.Out))
        : ImmutableDictionary<string, BindingMetadata>.Empty;

    private static ImmutableDictionary<string, BindingMetadata> Inputs(MethodInfo method, FunctionTrigger trigger)
    {
        var inputs = ImmutableDictionary<string, BindingMetadata>.Empty
            .Add(trigger.ParameterName, new DiscoveredBinding(trigger.ParameterName, trigger.Type, BindingDirection.In));
        foreach (var client in method.GetParameters().Where(p => p.IsDefined(typeof(DurableClientAttribute)) && p.Name is not null))
        {
            inputs = inputs.SetItem(client.Name!, new DiscoveredBinding(client.Name!, "durableClient", BindingDirection.In));
        }

        return inputs;
    }

    private sealed class DiscoveredBinding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
