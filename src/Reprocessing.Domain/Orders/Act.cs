namespace Reprocessing.Domain.Orders;

/// <summary>Who has something done to an order, and why: what the timeline tells of a deed that no workflow and no schedule did.</summary>
/// <param name="By">The person or program that asked for it.</param>
public sealed record Act(string By, string? Reason = null)
{
    /// <summary>The job that it is part of; null when it was asked for by itself.</summary>
    public string? JobId { get; init; }

    /// <summary>Who answers for it on a dead letter: the job, or whoever asked.</summary>
    public string Owner => JobId ?? By;
}
