namespace Reprocessing.Demo;

/// <summary>What the view shows; made anew at each poll.</summary>
internal sealed record DemoState(int Total)
{
    public int Sent { get; init; }

    public IReadOnlyList<KeyValuePair<string, int>> ByStatus { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> CurrentRun { get; init; } = [];

    public IReadOnlyList<RunSummary> Runs { get; init; } = [];

    public IReadOnlyList<(string Name, string Url)> Links { get; init; } = [];

    public int Restarted => Runs.Sum(run => run.RestartedCount);

    public int DeadLettered => Runs.Sum(run => run.DlqCount);
}
