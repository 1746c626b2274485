using Reprocessing.Storage.Leases;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>Selects dead letters for one operation: by their ids, by a filter, or all of its kind.</summary>
internal sealed class DeadLetterPlanSelector(
    JobOperation operation, IDeadLetters deadLetters, IJobStore jobs, ILeases leases, TimeProvider time) : IPlanSelector
{
    private const int PageSize = 100;
    private const string FilterPointer = "#/selection/filter";

    public JobOperation Operation => operation;

    public Problem? Check(PlanSelection selection, string? options) =>
        (selection.Filter is { } filter ? DeadLetterFilters.Read(filter, FilterPointer).Problem : null) ?? DeadLetterOptions.Check(operation, options);

    public string Describe(PlanSelection selection)
    {
        var what = selection.Filter is { } filter ? DeadLetterFilters.Read(filter, FilterPointer).Filter?.ToString() ?? filter
            : selection.Ids is { } ids ? $"{ids.Distinct(StringComparer.Ordinal).Count()} ids"
            : "all";
        return selection.Exclude is { Count: > 0 } exclude ? $"{what}, except {exclude.Distinct(StringComparer.Ordinal).Count()} ids" : what;
    }

    public async IAsyncEnumerable<IReadOnlyList<JobItem>> SelectAsync(
        PlanSelection selection, string? options, DurableTaskClient client, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var exclude = (selection.Exclude ?? []).ToHashSet(StringComparer.Ordinal);
        var (rules, count) = (DeadLetterOptions.Use(operation, options), 0);
        var items = selection.Ids is { } ids
            ? ids.Distinct(StringComparer.Ordinal).Where(id => !exclude.Contains(id)).Chunk(PageSize).ToAsyncEnumerable().SelectMany((some, token) => FindAsync(some, rules, token))
            : deadLetters.ReadAsync(QueryOf(selection, rules), cancellationToken).Where(entry => !exclude.Contains(entry.OrderId)).Select(entry => Item(entry, rules));

        // Only jobs hold orders, and only while they are open: without one there is nothing to read.
        var isAnyHeld = (await jobs.ListOpenAsync(time.GetUtcNow(), 1, token: null, cancellationToken)).Items.Count > 0;
        await foreach (var some in items.Chunk(PageSize).WithCancellation(cancellationToken))
        {
            var page = isAnyHeld ? await WithoutHeldAsync(some, cancellationToken) : some;
            count += page.Count(item => item.IsEligible);
            yield return page;
        }

        if (rules.CheckCount(count) is { } fault)
        {
            throw new ProblemException(Problems.InvalidOptions(fault));
        }
    }

    private async ValueTask<IEnumerable<JobItem>> FindAsync(string[] ids, DeadLetterOptions rules, CancellationToken cancellationToken) =>
        ids.Zip(await deadLetters.FindAsync(ids, cancellationToken), (id, found) => found switch
        {
            null => Refused(id, ItemReasons.NotFound),
            { Entry: null } => Refused(id, ItemReasons.NotDeadLetter),
            { Entry: { } entry } => Item(entry, rules),
        });

    private async Task<JobItem[]> WithoutHeldAsync(JobItem[] page, CancellationToken cancellationToken)
    {
        var held = await leases.FindAsync([.. page.Where(item => item.IsEligible).Select(item => item.Id)], cancellationToken);
        return [.. page.Select(item => item.IsEligible && held.TryGetValue(item.Id, out var lease) ? item with
        {
            IsEligible = false,
            State = ItemState.Skipped,
            Reason = ItemReasons.Leased,
            Message = lease.Describe(item.Id),
        } : item)];
    }

    private static JobItem Item(DeadLetterEntry entry, DeadLetterOptions rules) => rules.Refuses(entry) is { } reason
        ? Refused(entry.OrderId, reason) with { ExpectedVersion = entry.Stamp, Group = entry.Fingerprint }
        : new(entry.OrderId, entry.Stamp, ItemState.Pending) { Group = entry.Fingerprint };

    private static JobItem Refused(string orderId, string reason) =>
        new(orderId, string.Empty, ItemState.Skipped) { IsEligible = false, Reason = reason };

    /// <summary>A filter that names the resolution means it, also where the operation then has to refuse what is found.</summary>
    private DeadLetterQuery QueryOf(PlanSelection selection, DeadLetterOptions rules)
    {
        if (selection.Filter is not { } text)
        {
            return new() { Scope = rules.ToScope() };
        }

        var (filter, problem) = DeadLetterFilters.Read(text, FilterPointer);
        return filter is null
            ? throw new ProblemException(problem!)
            : new()
            {
                Scope = filter.Names(DeadLetterFields.Resolution) ? DeadLetterScope.Any : rules.ToScope(),
                Filter = filter.At(time.GetUtcNow()),
            };
    }
}
