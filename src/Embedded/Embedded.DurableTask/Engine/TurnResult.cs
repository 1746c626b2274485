namespace Embedded.DurableTask.Engine;

/// <param name="Record">What to commit.</param>
/// <param name="Ending">Null while the execution goes on.</param>
/// <param name="CustomStatusJson">The status after the turn; null if none was ever set.</param>
/// <param name="IsSuspended">Whether the instance holds its events back.</param>
internal sealed record TurnResult(TurnRecord Record, OrchestrationEnding? Ending, string? CustomStatusJson, bool IsSuspended);
