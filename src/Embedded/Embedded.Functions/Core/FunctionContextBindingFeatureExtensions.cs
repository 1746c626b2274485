using Embedded.Functions.Invocation;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextBindingFeatureExtensions
{
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new InvocationResultView<T>(context.Features.Get<InvocationOutcome>()
            ?? throw new InvalidOperationException("The invocation has no result feature: the context was not made by the host."));
    }

    public static InvocationResult GetInvocationResult(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new InvocationResultView(context.Features.Get<InvocationOutcome>()
            ?? throw new InvalidOperationException("The invocation has no result feature: the context was not made by the host."));
    }
}
