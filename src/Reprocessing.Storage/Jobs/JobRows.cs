namespace Reprocessing.Storage.Jobs;

/// <summary>
/// The rows of plans and jobs. A partition is a key (<see cref="JobIds"/>), so that one transaction applies a plan:
/// <list type="table">
/// <item><term>plan, job</term><description>the heads; what has no head does not exist</description></item>
/// <item><term>i|{id}</term><description>an item</description></item>
/// <item><term>o</term><description>the items' business outcomes, counted</description></item>
/// <item><term>r|{id}</term><description>how far the reset of a workflow is; <c>r|{id}|{capture}|{n}</c> are its kept events</description></item>
/// <item><term>u|{id}</term><description>the same reset while it is not done; comes and goes with its row in one transaction</description></item>
/// </list>
/// Beside them the partition <c>list</c>, newest first: <c>p|{inverted ticks}|{key}</c> for plans, <c>j|...</c> for jobs, and
/// <c>w|{ticks}|{key}</c> for jobs that have not ended; and <c>u|{key}</c> for those that may have resets that are not done. Its rows are written before the heads that they point to, so a head is
/// never out of the listing; a row without its head is what a crash has left, and is passed over.
/// </summary>
internal static class JobRows
{
    public const string PlanRow = "plan";
    public const string JobRow = "job";
    public const string List = "list";
    public const char PlanLane = 'p';
    public const char JobLane = 'j';
    public const char OpenLane = 'w';
    public const char UnfinishedLane = 'u';

    /// <summary>Null when the id cannot be one, so that nobody's typing reaches a key.</summary>
    public static string? PartitionOf(string id) =>
        JobIds.KeyOf(id) is { } key && Identifiers.Problem(key) is null && key.All(IsKeyLetter) ? key : null;

    /// <exception cref="ArgumentException">The id cannot be one.</exception>
    public static string PartitionFor(string id) => PartitionOf(id) ?? throw new ArgumentException($"'{id}' is no id of a plan or job.", nameof(id));

    public static TableEntity Plan(PlanRecord plan)
    {
        var row = new TableEntity(PartitionFor(plan.PlanId), PlanRow)
        {
            ["PlanId"] = plan.PlanId,
            ["Operation"] = EnumNames.Of(plan.Operation),
            ["CreatedAt"] = plan.CreatedAt,
            ["JobId"] = plan.JobId ?? string.Empty,
        };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(plan));
        return row;
    }

    public static TableEntity Job(JobRecord job)
    {
        var row = new TableEntity(PartitionFor(job.JobId), JobRow)
        {
            ["JobId"] = job.JobId,
            ["Operation"] = EnumNames.Of(job.Operation),
            ["State"] = EnumNames.Of(job.State),
            ["CreatedAt"] = job.CreatedAt,
        };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(job));
        return row;
    }

    public static PlanRecord ReadPlan(TableEntity row) => StorageJson.Read<PlanRecord>(TextColumns.Read(row, OrderRows.Data));

    public static JobRecord ReadJob(TableEntity row) => StorageJson.Read<JobRecord>(TextColumns.Read(row, OrderRows.Data));

    public static TableEntity Listed(char lane, DateTimeOffset createdAt, string id) =>
        new(List, ListKey(lane, createdAt, id)) { ["Id"] = id };

    /// <summary>
    /// Listing rows that may be of such jobs. Runs are many, and their ids tell them from jobs of plans: neither has to be read to be
    /// passed over where the other is asked for.
    /// </summary>
    public static string ListedWith(JobOperation operation)
    {
        var planned = JobIds.Job(string.Empty);
        return operation == JobOperation.Reprocess
            ? TableClient.CreateQueryFilter($"(Id lt {planned} or Id ge {RowKeys.After(planned)})")
            : TableClient.CreateQueryFilter($"Id ge {planned} and Id lt {RowKeys.After(planned)}");
    }

    public static string ListKey(char lane, DateTimeOffset createdAt, string id) =>
        $"{lane}|{RowKeys.Ticks(RowKeys.Inverted(createdAt))}|{JobIds.KeyOf(id)}";

    /// <summary>Oldest first, unlike the others: whoever waits longest is started first.</summary>
    public static TableEntity Waiting(JobRecord job) => new(List, OpenKey(job)) { ["Id"] = job.JobId, ["CreatedAt"] = job.CreatedAt };

    public static string OpenKey(JobRecord job) =>
        $"{OpenLane}|{RowKeys.Ticks(job.CreatedAt.UtcTicks)}|{JobIds.KeyOf(job.JobId)}";

    // The bar and what follows it is ours; a percent sign is read in two ways by Table Storage's front ends.
    private static bool IsKeyLetter(char letter) => letter is not ('|' or '%');
}
