using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Invocation;

/// <summary>One invocation.</summary>
internal sealed class EmbeddedFunctionContext : FunctionContext
{
    private readonly InvocationRequest _request;

    public EmbeddedFunctionContext(InvocationRequest request, IServiceProvider services, CancellationToken cancellationToken)
    {
        _request = request;
        InstanceServices = services;
        CancellationToken = cancellationToken;
        BindingContext = new InvocationBindingContext(request.BindingData);
        TriggerValue = request.Trigger(this);
        Features.Set(Outcome);
    }

    public FunctionDescriptor Function => _request.Function;

    /// <summary>The request, timer JSON, activity request or orchestration context that started the function.</summary>
    public object TriggerValue { get; }

    public InvocationOutcome Outcome { get; } = new();

    public override string InvocationId => _request.InvocationId;

    public override string FunctionId => Function.Definition.Id;

    public override TraceContext TraceContext { get; } = new CurrentTraceContext();

    public override BindingContext BindingContext { get; }

    public override RetryContext RetryContext => FirstAttempt.Instance;

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    private sealed class InvocationBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }
}
