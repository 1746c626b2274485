namespace ReprocessingFunctions.DeadLetters;

/// <summary>Selects dead letters for one operation: by their ids, by a filter, or all of its kind.</summary>
internal sealed class DeadLetterPlanSelector(IDeadLetterPolicy policy, IDeadLetters deadLetters, TimeProvider time) : IPlanSelector
{
    private const int PageSize = 100;
    private const string FilterPointer = "#/selection/filter";

    public JobOperation Operation => policy.Operation;

    public Problem? Check(PlanSelection selection, string? options) =>
        (selection.Filter is { } filter ? DeadLetterFilters.Read(filter, FilterPointer).Problem : null) ?? policy.Check(options);

    public string Describe(PlanSelection selection)
    {
        var what = Canonical(selection.Filter) ?? (selection.Ids is { } ids ? $"{ids.Distinct(StringComparer.Ordinal).Count()} ids" : "all");
        return selection.Exclude is { Count: > 0 } exclude ? $"{what}, except {exclude.Distinct(StringComparer.Ordinal).Count()} ids" : what;
    }

    public async IAsyncEnumerable<IReadOnlyList<JobItem>> SelectAsync(
        PlanSelection selection, string? options, DurableTaskClient client, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var exclude = (selection.Exclude ?? []).ToHashSet(StringComparer.Ordinal);
        var count = 0;
        await foreach (var page in PagesAsync(selection, exclude, options, cancellationToken))
        {
            count += page.Count(item => item.IsEligible);
            yield return page;
        }

        if (policy.CheckCount(count, options) is { } problem)
        {
            throw new ProblemException(problem);
        }
    }

    private IAsyncEnumerable<IReadOnlyList<JobItem>> PagesAsync(
        PlanSelection selection, HashSet<string> exclude, string? options, CancellationToken cancellationToken) =>
        selection.Ids is { } ids
            ? ByIdAsync([.. ids.Distinct(StringComparer.Ordinal).Where(id => !exclude.Contains(id))], options, cancellationToken)
            : ByQueryAsync(QueryOf(selection, options), exclude, options, cancellationToken);

    private async IAsyncEnumerable<IReadOnlyList<JobItem>> ByIdAsync(
        List<string> ids, string? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var page in ids.Chunk(PageSize))
        {
            var found = await deadLetters.FindAsync(page, cancellationToken);
            yield return [.. page.Zip(found).Select(pair => pair.Second switch
            {
                null => Refused(pair.First, ItemReasons.NotFound),
                { Entry: null } => Refused(pair.First, ItemReasons.NotDeadLetter),
                { Entry: { } entry } => Item(entry, options),
            })];
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<JobItem>> ByQueryAsync(
        DeadLetterQuery query, HashSet<string> exclude, string? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<JobItem> page = [];
        await foreach (var entry in deadLetters.ReadAsync(query, cancellationToken))
        {
            if (exclude.Contains(entry.OrderId))
            {
                continue;
            }

            page.Add(Item(entry, options));
            if (page.Count == PageSize)
            {
                yield return page;
                page = [];
            }
        }

        if (page.Count > 0)
        {
            yield return page;
        }
    }

    private JobItem Item(DeadLetterEntry entry, string? options) => policy.Refuses(entry, options) is { } reason
        ? Refused(entry.OrderId, reason) with { ExpectedVersion = entry.Stamp, Group = entry.Fingerprint }
        : new(entry.OrderId, entry.Stamp, ItemState.Pending) { Group = entry.Fingerprint };

    private static JobItem Refused(string orderId, string reason) =>
        new(orderId, string.Empty, ItemState.Skipped) { IsEligible = false, Reason = reason };

    /// <summary>A filter that names the resolution means it, also where the operation then has to refuse what is found.</summary>
    private DeadLetterQuery QueryOf(PlanSelection selection, string? options)
    {
        if (selection.Filter is not { } text)
        {
            return new() { Scope = policy.ScopeOf(options) };
        }

        var (filter, problem) = DeadLetterFilters.Read(text, FilterPointer);
        return filter is null
            ? throw new ProblemException(problem ?? Problems.EmptySelection())
            : new()
            {
                Scope = filter.Names(DeadLetterFields.Resolution) ? DeadLetterScope.Any : policy.ScopeOf(options),
                Filter = filter.At(time.GetUtcNow()),
            };
    }

    private static string? Canonical(string? filter) =>
        filter is null ? null : DeadLetterFilters.Read(filter, FilterPointer).Filter?.ToString() ?? filter;
}

/// <summary>What one operation on dead letters makes of its options and of an entry, when it is planned.</summary>
internal interface IDeadLetterPolicy
{
    JobOperation Operation { get; }

    Problem? Check(string? options);

    /// <summary>The entries meant when nothing else is said of their resolution.</summary>
    DeadLetterScope ScopeOf(string? options);

    /// <summary>Null when the entry can be worked on; else why not.</summary>
    string? Refuses(DeadLetterEntry entry, string? options);

    /// <summary>Null when so many may be planned.</summary>
    Problem? CheckCount(int count, string? options) => null;
}

internal sealed class DeadLetterRetryPolicy : IDeadLetterPolicy
{
    public JobOperation Operation => JobOperation.Retry;

    public Problem? Check(string? options) => OptionsJson.Check<ReprocessOptions>(options, read => read.Faults());

    public DeadLetterScope ScopeOf(string? options) => DeadLetterScope.Unresolved;

    public string? Refuses(DeadLetterEntry entry, string? options) => entry.Resolution is not (null or DeadLetterResolution.Escalated)
        ? ItemReasons.AlreadyResolved
        : RetryGuard.Check(entry, OptionsJson.Use<ReprocessOptions>(options).Force);
}

internal sealed class DeadLetterResolvePolicy : IDeadLetterPolicy
{
    public JobOperation Operation => JobOperation.Resolve;

    public Problem? Check(string? options) => OptionsJson.Check<ResolveOptions>(options);

    public DeadLetterScope ScopeOf(string? options) => DeadLetterScope.Unresolved;

    public string? Refuses(DeadLetterEntry entry, string? options) => entry.Resolution is null
        || (entry.Resolution == DeadLetterResolution.Escalated && OptionsJson.Use<ResolveOptions>(options).Resolution == DeadLetterResolution.Cancelled)
            ? null
            : ItemReasons.AlreadyResolved;
}

internal sealed class DeadLetterPurgePolicy : IDeadLetterPolicy
{
    public JobOperation Operation => JobOperation.Purge;

    public Problem? Check(string? options) => OptionsJson.Check<PurgeOptions>(options, read => read.Faults());

    public DeadLetterScope ScopeOf(string? options) =>
        OptionsJson.Use<PurgeOptions>(options).Force ? DeadLetterScope.Any : DeadLetterScope.Resolved;

    public string? Refuses(DeadLetterEntry entry, string? options) =>
        entry.Resolution is null && !OptionsJson.Use<PurgeOptions>(options).Force ? ItemReasons.NotResolved : null;

    public Problem? CheckCount(int count, string? options) =>
        OptionsJson.Use<PurgeOptions>(options).CheckCount(count) is { } fault ? Problems.InvalidOptions(fault) : null;
}
