using System.Reflection;
using Embedded.Functions.Binding;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

/// <summary>One function: what starts it, where its arguments come from, what runs.</summary>
internal sealed record FunctionDescriptor(
    string Name,
    MethodInfo Method,
    FunctionTrigger Trigger,
    IReadOnlyList<Argument> Arguments,
    FunctionDefinition Definition)
{
    public override string ToString() => $"Functions.{Name}";
}
