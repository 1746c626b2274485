using Reprocessing.Domain.Runs;

namespace Reprocessing.Storage.Results;

/// <param name="Trigger">What started it: <c>timer</c>, <c>http</c>, ...</param>
/// <param name="Cap">Orders that it may find.</param>
/// <param name="Result">Partial while it runs or when it failed.</param>
public sealed record RunRecord(string RunId, DateTimeOffset StartedAt, string Trigger, int Cap, RunState State, ReprocessingResult Result)
{
    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public IReadOnlyList<Alert> Alerts { get; init; } = [];
}
