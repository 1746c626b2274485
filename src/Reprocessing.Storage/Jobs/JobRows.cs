namespace Reprocessing.Storage.Jobs;

/// <summary>
/// The rows of plans and jobs. A partition is a key (<see cref="JobIds"/>), so that one transaction applies a plan:
/// <list type="table">
/// <item><term>plan, job</term><description>the heads; what has no head does not exist</description></item>
/// <item><term>i|{id}</term><description>an item</description></item>
/// <item><term>o</term><description>the items' business outcomes, counted</description></item>
/// <item><term>c|{attempt}|{slice}|{chunk}</term><description>the orders of one chunk of a run and what became of them; a run's head lies in the table of results</description></item>
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
    public const char PlanIndex = 'p';
    public const char JobIndex = 'j';
    public const string OpenPrefix = "w|";
    public const string UnfinishedPrefix = "u|";

    /// <summary>Null when the id cannot be one, so that nobody's typing reaches a key.</summary>
    public static string? PartitionOf(string id) =>
        JobIds.KeyOf(id) is { } key && Identifiers.Problem(key) is null && key.All(IsKeyLetter) ? key : null;

    public static string PartitionFor(string id) => PartitionOf(id) ?? throw new ArgumentException($"'{id}' is no id of a plan or job.", nameof(id));

    public static TableEntity Plan(PlanRecord plan) => new TableEntity(PartitionFor(plan.PlanId), PlanRow)
    {
        ["PlanId"] = plan.PlanId,
        ["Operation"] = EnumNames.Of(plan.Operation),
        ["CreatedAt"] = plan.CreatedAt,
        ["JobId"] = plan.JobId ?? string.Empty,
    }.WithJson(plan);

    public static TableEntity Job(JobRecord job) => new TableEntity(PartitionFor(job.JobId), JobRow)
    {
        ["JobId"] = job.JobId,
        ["Operation"] = EnumNames.Of(job.Operation),
        ["State"] = EnumNames.Of(job.State),
        ["CreatedAt"] = job.CreatedAt,
    }.WithJson(job);

    public static TableEntity Listed(char index, DateTimeOffset createdAt, string id) =>
        new(List, ListKey(index, createdAt, id)) { ["Id"] = id };

    /// <summary>Selects listing rows by id: runs are many, and their ids differ from those of planned jobs.</summary>
    public static string ListedWith(JobOperation operation)
    {
        var planned = JobIds.Job(string.Empty);
        return operation == JobOperation.Reprocess
            ? TableClient.CreateQueryFilter($"(Id lt {planned} or Id ge {RowKeys.After(planned)})")
            : TableClient.CreateQueryFilter($"Id ge {planned} and Id lt {RowKeys.After(planned)}");
    }

    public static string ListKey(char index, DateTimeOffset createdAt, string id) =>
        $"{index}|{RowKeys.Ticks(RowKeys.Inverted(createdAt))}|{JobIds.KeyOf(id)}";

    /// <summary>Oldest first, unlike the others: whoever waits longest is started first.</summary>
    public static TableEntity Waiting(JobRecord job) => new(List, OpenKey(job)) { ["Id"] = job.JobId, ["CreatedAt"] = job.CreatedAt };

    public static string OpenKey(JobRecord job) =>
        $"{OpenPrefix}{RowKeys.Ticks(job.CreatedAt.UtcTicks)}|{JobIds.KeyOf(job.JobId)}";

    // The bar and what follows it is ours; a percent sign is read in two ways by Table Storage's front ends.
    private static bool IsKeyLetter(char letter) => letter is not ('|' or '%');
}

internal static class JobListing
{
    private const int SideBySide = 16;

    /// <summary>Rows that one page looks at: what is asked for may be rare among them, and the caller can ask for more.</summary>
    private const int MostRows = 1_000;

    /// <param name="read">The head, or null when the row points to none, or to none that is wanted.</param>
    public static async Task<Page<T>> ReadAsync<T>(
        TableClient table, (char Letter, string? Condition) index, (int Limit, string? Token) page, Func<TableEntity, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page.Limit, 1);
        var range = new KeyRange(JobRows.List, $"{index.Letter}|", TableReads.ParseTimePosition(page.Token), Condition: index.Condition);
        var (size, seen) = (((page.Limit / SideBySide) + 1) * SideBySide, 0);
        List<(T Head, string Position)> heads = [];
        await foreach (var rows in table.ReadAsync(range, cancellationToken, size).Chunk(SideBySide).WithCancellation(cancellationToken))
        {
            var found = await Task.WhenAll(rows.Select(read));
            heads.AddRange(found.Zip(rows).Where(pair => pair.First is not null).Select(pair => (pair.First!, range.PositionOf(pair.Second))));
            seen += rows.Length;
            if (heads.Count > page.Limit || seen >= Math.Max(MostRows, page.Limit))
            {
                var next = heads.Count > page.Limit ? heads[page.Limit - 1].Position : range.PositionOf(rows[^1]);
                return new([.. heads.Take(page.Limit).Select(head => head.Head)], next);
            }
        }

        return new([.. heads.Select(head => head.Head)], null);
    }
}
