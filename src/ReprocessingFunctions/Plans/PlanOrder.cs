using Reprocessing.Domain.Jobs;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.Plans;

/// <summary>What a plan is to be made of; checked before it gets here.</summary>
/// <param name="Options">The operation's own, as JSON.</param>
internal sealed record PlanOrder(JobOperation Operation, PlanSelection Selection, string? Options, string RequestedBy)
{
    public TimeSpan? Lifetime { get; init; }
}
