namespace Reprocessing.Domain.Jobs;

/// <summary>
/// What operators want of a job now. Kept on the job's row and also sent to its orchestration as an event, so that it is heard at
/// once and is not lost when the sender dies in between.
/// </summary>
/// <param name="Version">Rises with every change: an older one that arrives late is not obeyed.</param>
public sealed record JobControl(int Version, JobDemand Demand, Pace Pace)
{
    /// <summary>The external event's name.</summary>
    public const string EventName = "JobControl";
}

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<JobDemand>))]
public enum JobDemand
{
    [System.Text.Json.Serialization.JsonStringEnumMemberName("run")]
    Run,

    [System.Text.Json.Serialization.JsonStringEnumMemberName("pause")]
    Pause,

    [System.Text.Json.Serialization.JsonStringEnumMemberName("cancel")]
    Cancel,
}
