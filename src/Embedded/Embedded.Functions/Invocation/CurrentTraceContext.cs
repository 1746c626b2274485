using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Invocation;

internal sealed class CurrentTraceContext : TraceContext
{
    public override string TraceParent { get; } = Activity.Current?.Id ?? string.Empty;

    public override string TraceState { get; } = Activity.Current?.TraceStateString ?? string.Empty;
}
