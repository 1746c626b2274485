namespace Reprocessing.Storage.Jobs;

/// <summary>A job as it is stored, from its request to its end. Runs have one too.</summary>
public sealed record JobRecord
{
    public required string JobId { get; init; }

    /// <summary>Null of a run, which selects as it goes.</summary>
    public string? PlanId { get; init; }

    /// <summary>Null of all but runs.</summary>
    public RunDetails? Run { get; init; }

    public required JobOperation Operation { get; init; }

    public required JobState State { get; init; }

    /// <summary>Why it is in that state, where that is not plain: who paused it, what broke.</summary>
    public string? StateReason { get; init; }

    public required string Reason { get; init; }

    public required string RequestedBy { get; init; }

    /// <summary>The request that made it: a repeated request recognises its own job by it. Null of a run.</summary>
    public string? RequestId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The filter, the list of ids or the run's trigger, as text for people.</summary>
    public required string Selection { get; init; }

    /// <summary>Items that are to be worked on; null while unknown (a run).</summary>
    public int? TotalItems { get; init; }

    public string? Options { get; init; }

    public required JobControl Control { get; init; }

    /// <summary>How the control came to be what it is, newest last; the oldest of very many are dropped, the audit log has them.</summary>
    public IReadOnlyList<JobEdit> Edits { get; init; } = [];

    [JsonIgnore]
    public JobEdit? Edit => Edits is [.., var last] ? last : null;

    /// <summary>1, 5, 20, 100: each step is waited for before the next; null without a ramp.</summary>
    public IReadOnlyList<int>? Ramp { get; init; }

    public double FailureThreshold { get; init; } = 0.2;

    public bool WaitForOutcome { get; init; }

    /// <summary>As of the last slice or pause while it runs; final once it has ended.</summary>
    public ItemTally Tally { get; init; } = ItemTally.Zero;

    public IReadOnlyDictionary<string, int> ErrorPatterns { get; init; } = new Dictionary<string, int>();

    public JobRecord With(JobEdit edit)
    {
        const int MostEdits = 50;
        return this with { Edits = [.. Edits.TakeLast(MostEdits - 1), edit] };
    }
}

/// <param name="Trigger">What started it: <c>timer</c> or <c>http</c>.</param>
public sealed record RunDetails(string Trigger, int Cap, ReprocessingResult Result)
{
    /// <summary>Orders that were due when it began; null when they could not be counted.</summary>
    public int? Expected { get; init; }

    public string? Error { get; init; }

    /// <summary>What it gave cause to raise or to clear, as it was when the run ended.</summary>
    public IReadOnlyList<AlertCondition> Alerts { get; init; } = [];
}

/// <summary>A change of what is wanted of a job. It is stored with the change, so that a late audit event says what was done.</summary>
public sealed record JobEdit(int Version, string Action, string By, DateTimeOffset At)
{
    public string? Reason { get; init; }

    public string? Detail { get; init; }
}
