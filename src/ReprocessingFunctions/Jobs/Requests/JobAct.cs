using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>What somebody does to a job that has not ended.</summary>
/// <param name="Change">The control that is wanted, or null when it is so already: the same act twice is one.</param>
internal sealed record JobAct(string Action, string RequestedBy, string? Reason, Func<JobControl, JobControl?> Change)
{
    public const string PauseAction = "job.paused";
    public const string ResumeAction = "job.resumed";
    public const string CancelAction = "job.canceled";
    public const string PaceAction = "job.pace_changed";

    /// <summary>Why the job is in the state that this leads to; null where there is nothing to say.</summary>
    public string? StateReason => Action switch
    {
        PauseAction => Told("Paused"),
        CancelAction => Told("Canceled"),
        _ => null,
    };

    public static JobAct Pause(string requestedBy, string? reason) => new(PauseAction, requestedBy, reason, Demanding(DesiredState.Pause));

    public static JobAct Resume(string requestedBy, string? reason) => new(ResumeAction, requestedBy, reason, Demanding(DesiredState.Run));

    public static JobAct Cancel(string requestedBy, string? reason) => new(CancelAction, requestedBy, reason, Demanding(DesiredState.Cancel));

    public static JobAct SetPace(string requestedBy, string? reason, PaceRequest asked) => new(PaceAction, requestedBy, reason, control =>
        asked.On(control.Pace) is { } pace && pace != control.Pace ? control with { Pace = pace } : null);

    /// <param name="control">The one that it has led to.</param>
    public JobEdit On(JobControl control, DateTimeOffset at) => new(control.Version, Action, RequestedBy, at)
    {
        Reason = Reason,
        Detail = Action == PaceAction ? JobAudit.Describe(control.Pace) : null,
    };

    private static Func<JobControl, JobControl?> Demanding(DesiredState demand) =>
        control => control.Demand == demand ? null : control with { Demand = demand };

    private string Told(string what) => $"{what} by {RequestedBy}{(Reason is null ? string.Empty : $": {Reason}")}";
}
