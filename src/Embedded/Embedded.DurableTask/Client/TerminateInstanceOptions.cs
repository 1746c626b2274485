namespace Microsoft.DurableTask.Client;

/// <param name="Output">The output of the terminated instance.</param>
/// <param name="Recursive">Whether sub-orchestrations are terminated too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
