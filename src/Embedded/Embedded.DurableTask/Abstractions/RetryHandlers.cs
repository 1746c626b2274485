namespace Microsoft.DurableTask;

/// <summary>True for another attempt at once; false throws the failure. Runs as orchestrator code: it must be deterministic.</summary>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>Like <see cref="RetryHandler"/>; may await durable tasks, a durable timer for instance.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
