namespace Reprocessing.Domain.Workflows;

/// <summary>Where in the index to look for what a query asks. It holds every match and perhaps more.</summary>
public sealed record WorkflowRange(WorkflowLane Lane)
{
    /// <summary>Of the lane's first key: instance ids, customers or order statuses; one is enough.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>In the lane of ids alone, instead of values.</summary>
    public string? Prefix { get; init; }

    /// <summary>Null for every type that there is.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    public IReadOnlyList<WorkflowStatus> Statuses { get; init; } = [];

    public int LeastRetries { get; init; } = 1;

    public int MostRetries { get; init; } = int.MaxValue;

    /// <summary>Of the close time in the lane of ended ones, else of the start time. Both ends belong to it.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }
}
