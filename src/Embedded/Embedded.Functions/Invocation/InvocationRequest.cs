using System.Collections.ObjectModel;
using Embedded.Functions.Discovery;

namespace Embedded.Functions.Invocation;

/// <summary>What to run and with what.</summary>
/// <param name="Function">The function.</param>
/// <param name="Trigger">Makes the trigger's value; an HTTP request knows its context.</param>
internal sealed record InvocationRequest(FunctionDescriptor Function, Func<EmbeddedFunctionContext, object> Trigger)
{
    public IReadOnlyDictionary<string, object?> BindingData { get; init; } = ReadOnlyDictionary<string, object?>.Empty;

    public string InvocationId { get; } = Guid.NewGuid().ToString();
}
