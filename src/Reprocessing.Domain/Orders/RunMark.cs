namespace Reprocessing.Domain.Orders;

/// <summary>
/// What the last run did to the order. It outlives the states that follow, so that a run that repeats a chunk after a crash
/// reports what it had done instead of doing or counting it again.
/// </summary>
/// <param name="WorkflowId">The workflow that a restart decided on; null for a dead letter.</param>
public sealed record RunMark(string RunId, RunOutcome Outcome, string? WorkflowId = null);
