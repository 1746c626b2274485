namespace Microsoft.DurableTask;

/// <summary>What a retry handler decides on.</summary>
/// <param name="OrchestrationContext">The orchestrator that called the failed task.</param>
/// <param name="LastAttemptNumber">1 after the first attempt.</param>
/// <param name="LastFailure">Why the last attempt failed.</param>
/// <param name="TotalRetryTime">Orchestration time since the first attempt was scheduled.</param>
/// <param name="CancellationToken">Never cancelled.</param>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
