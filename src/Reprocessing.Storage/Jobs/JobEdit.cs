namespace Reprocessing.Storage.Jobs;

/// <summary>
/// The last thing that was wanted of a job anew, and by whom. It is stored with the change itself, so that whoever tells it, and
/// however late, tells what was done and not what was asked.
/// </summary>
/// <param name="Version">Of the control that it led to.</param>
/// <param name="Action">As the audit log calls it.</param>
public sealed record JobEdit(int Version, string Action, string By, DateTimeOffset At)
{
    public string? Reason { get; init; }

    /// <summary>What changed, for people.</summary>
    public string? Detail { get; init; }
}
