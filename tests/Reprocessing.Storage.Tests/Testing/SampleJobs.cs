namespace Reprocessing.Storage.Tests.Testing;

/// <summary>Plans, jobs and items as an operator would have made them.</summary>
internal static class SampleJobs
{
    public const string PlanId = "plan-k1";
    public const string JobId = "job-k1";

    private static readonly CancellationToken None = CancellationToken.None;

    public static PlanRecord Plan(string key = "k1", DateTimeOffset? createdAt = null) => new()
    {
        PlanId = JobIds.Plan(key),
        Operation = JobOperation.Retry,
        RequestedBy = "ann",
        CreatedAt = createdAt ?? ManualTime.Start,
        ExpiresAt = (createdAt ?? ManualTime.Start).AddHours(1),
        Selection = "errorType = timeout",
        Count = 3,
        Hash = "abc",
        CountByGroup = new Dictionary<string, int> { ["g1"] = 3 },
    };

    public static JobRecord Job(string key = "k1", DateTimeOffset? createdAt = null) => Record(JobIds.Job(key), createdAt ?? ManualTime.Start) with
    {
        PlanId = JobIds.Plan(key),
        Operation = JobOperation.Retry,
        State = JobState.Pending,
    };

    /// <summary>Of the run that began so many seconds after the beginning.</summary>
    public static string RunId(int seconds) => RunIds.At(ManualTime.Start.AddSeconds(seconds).UtcDateTime).RunId;

    public static JobRecord Run(string runId)
    {
        Assert.True(RunIds.TryGetStart(runId, out var startedAt));
        return Record(runId, startedAt) with { Run = new("timer", 100, new(startedAt)) };
    }

    /// <summary>A job as its plan has made it, without the plan.</summary>
    public static async Task StoreAsync(TestStorage storage, JobRecord job)
    {
        await storage.Tables.Jobs.AddEntityAsync(JobRows.Listed(JobRows.JobIndex, job.CreatedAt, job.JobId));
        await storage.Tables.Jobs.AddEntityAsync(JobRows.Job(job));
    }

    private static JobRecord Record(string jobId, DateTimeOffset createdAt) => new()
    {
        JobId = jobId,
        Operation = JobOperation.Reprocess,
        State = JobState.Running,
        Reason = "the warehouse is back",
        RequestedBy = "ann",
        CreatedAt = createdAt,
        Selection = "all",
        Control = new(1, DesiredState.Run, new()),
    };

    public static List<JobItem> Items(int count) => [.. Enumerable.Range(0, count).Select(number =>
        new JobItem(TestStorage.OrderId(number), number.ToString(CultureInfo.InvariantCulture), ItemState.Pending) { Group = "g1" })];

    public static JobItem Ineligible(string id) => new(id, "1", ItemState.Skipped) { IsEligible = false, Reason = ItemReasons.Leased };

    public static ItemResult Started(string id, int attempt = 0, ItemState state = ItemState.Started) =>
        new(id, state) { WorkflowId = string.Create(CultureInfo.InvariantCulture, $"order-fulfillment-{id}-gen-1-retry-{attempt}"), Fingerprint = "g1" };

    /// <summary>A plan with so many items, applied.</summary>
    public static async Task<JobRecord> ApplyAsync(TestStorage storage, int items)
    {
        await storage.Plans.AddItemsAsync(PlanId, Items(items), None);
        await storage.Plans.CreateAsync(Plan(), None);
        return Assert.IsType<ApplyOutcome.Applied>(await storage.Plans.ApplyAsync(PlanId, Job(), None)).Job;
    }

    public static async Task<Dictionary<string, JobItem>> ReadItemsAsync(TestStorage storage, string jobId = JobId) =>
        (await storage.Jobs.ListItemsAsync(jobId, null, 1_000, null, None)).Items.ToDictionary(item => item.Id);
}
