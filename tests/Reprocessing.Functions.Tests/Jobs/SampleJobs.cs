namespace Reprocessing.Functions.Tests.Jobs;

internal static class SampleJobs
{
    public static JobRecord Job(string jobId) => new()
    {
        JobId = jobId,
        PlanId = jobId.StartsWith("job-", StringComparison.Ordinal) ? JobIds.Plan(JobIds.KeyOf(jobId)) : null,
        Operation = jobId.StartsWith("job-", StringComparison.Ordinal) ? JobOperation.Retry : JobOperation.Reprocess,
        State = JobState.Running,
        Reason = "The carrier is back.",
        RequestedBy = "ann",
        CreatedAt = FakeJob.Start,
        Selection = "all",
        TotalItems = 3,
        Control = new(1, DesiredState.Run, new Pace()),
    };
}
