using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.Jobs;

/// <summary>One item of a plan, and of the job that applies it.</summary>
/// <param name="Seen">See <see cref="ItemRef.Seen"/>.</param>
public sealed record JobItem(string Id, string Seen, ItemState State)
{
    /// <summary>The fingerprint of the failure that it had when it was selected.</summary>
    public string? Group { get; init; }

    /// <summary>False: it matched and is not worked on, for <see cref="Reason"/>; the state is skipped from the beginning.</summary>
    public bool IsEligible { get; init; } = true;

    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>What was started last.</summary>
    public string? WorkflowId { get; init; }

    public int Attempts { get; init; }

    /// <summary>Null until something was started.</summary>
    public BusinessOutcome? Outcome { get; init; }

    /// <summary>The kind of failure that it has now, where it failed.</summary>
    public string? Fingerprint { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }
}
