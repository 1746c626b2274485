using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Binding;

/// <summary>Where one argument of a function comes from. Synchronous: orchestrators may not leave their thread.</summary>
internal sealed record Argument(FunctionParameter Parameter, Func<EmbeddedFunctionContext, object?> Read);
