namespace ReprocessingFunctions.Runs;

/// <summary>Settings <c>Alert*</c>: from where on a run's figures are worth a warning.</summary>
internal sealed class AlertOptions
{
    public const string Prefix = "Alert";

    /// <summary>More orders than this dead-lettered by one run point at a systemic fault.</summary>
    [Range(0, int.MaxValue)]
    public int DeadLettersPerRun { get; set; } = 10;

    /// <summary>Percent of the orders found that could not be processed.</summary>
    [Range(0.0, 100.0)]
    public double ErrorPercent { get; set; } = 5;

    /// <summary>Runs in a row that filled their cap: the backlog grows faster than it is worked off.</summary>
    [Range(1, 100)]
    public int FullRunsInARow { get; set; } = 3;

    /// <summary>Orders that could be restarted now and are still waiting after a run.</summary>
    [Range(0, int.MaxValue)]
    public int Backlog { get; set; } = 100;

    public AlertThresholds ToThresholds() => new()
    {
        DeadLetters = DeadLettersPerRun,
        ErrorShare = ErrorPercent / 100,
        FullRuns = FullRunsInARow,
        Backlog = Backlog,
    };
}
