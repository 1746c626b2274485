namespace Embedded.Functions.Invocation;

/// <summary>What the function returned; middleware may replace it.</summary>
internal sealed class InvocationOutcome
{
    public object? Value { get; set; }
}
