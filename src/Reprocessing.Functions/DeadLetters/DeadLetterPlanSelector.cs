using Reprocessing.Storage.Leases;

namespace Reprocessing.Functions.DeadLetters;

internal abstract class OrderPlanSelector(JobOperation operation, IJobStore jobs, ILeases leases, TimeProvider time) : IPlanSelector
{
    private const string FilterPointer = "#/selection/filter";

    public JobOperation Operation => operation;

    protected abstract FieldCatalog Fields { get; }

    public Problem? Check(PlanSelection selection, string? options) =>
        (selection.Filter is { } filter ? FilterExpression.Parse(filter, Fields).Error?.ToProblem(FilterPointer) : null)
        ?? DeadLetterOptions.Check(operation, options);

    public string Describe(PlanSelection selection)
    {
        var what = selection.Filter is { } filter ? FilterExpression.Parse(filter, Fields).Expression?.ToString() ?? filter
            : selection.Ids is { } ids ? $"{ids.Distinct(StringComparer.Ordinal).Count()} ids"
            : "all";
        return selection.Exclude is { Count: > 0 } exclude ? $"{what}, except {exclude.Distinct(StringComparer.Ordinal).Count()} ids" : what;
    }

    public ProblemError? CheckCount(string? options, int count) => DeadLetterOptions.Use(operation, options).CheckCount(count);

    public async Task<Reprocessing.Storage.Page<JobItem>> SelectAsync(PlanQuery query, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var rules = DeadLetterOptions.Use(operation, query.Options);
        if (query.Ids is { } ids)
        {
            return new(await WithoutHeldAsync([.. await FindAsync(ids, rules, cancellationToken)], cancellationToken), null);
        }

        var (filter, error) = query.Selection.Filter is { } text ? FilterExpression.Parse(text, Fields) : new(null, null);
        ProblemException.ThrowIf(error?.ToProblem(FilterPointer));
        var page = await ListAsync(query, filter, rules, cancellationToken);
        return page with { Items = await WithoutHeldAsync([.. page.Items.Where(item => !query.Excluded.Contains(item.Id))], cancellationToken) };
    }

    protected abstract Task<IEnumerable<JobItem>> FindAsync(IReadOnlyList<string> ids, DeadLetterOptions rules, CancellationToken cancellationToken);

    protected abstract Task<Reprocessing.Storage.Page<JobItem>> ListAsync(PlanQuery query, FilterExpression? filter, DeadLetterOptions rules, CancellationToken cancellationToken);

    protected static JobItem Item(string orderId, string version, string? group, string? refused) => new(orderId, version, ItemState.Pending)
    {
        Group = group,
        IsEligible = refused is null,
        State = refused is null ? ItemState.Pending : ItemState.Skipped,
        Reason = refused,
    };

    protected static JobItem Refused(string orderId, string reason) => Item(orderId, string.Empty, group: null, reason);

    private async Task<IReadOnlyList<JobItem>> WithoutHeldAsync(IReadOnlyList<JobItem> page, CancellationToken cancellationToken)
    {
        // Only jobs hold orders, and only while they are open: without one there is nothing to read.
        if ((await jobs.ListOpenAsync(time.GetUtcNow(), 1, token: null, cancellationToken)).Items.Count == 0)
        {
            return page;
        }

        var held = await leases.FindAsync([.. page.Where(item => item.IsEligible).Select(item => item.Id)], cancellationToken);
        return [.. page.Select(item => item.IsEligible && held.TryGetValue(item.Id, out var lease) ? item with
        {
            IsEligible = false,
            State = ItemState.Skipped,
            Reason = ItemReasons.Leased,
            Message = lease.Describe(item.Id),
        } : item)];
    }
}

internal sealed class DeadLetterPlanSelector(JobOperation operation, IDeadLetters deadLetters, IJobStore jobs, ILeases leases, TimeProvider time)
    : OrderPlanSelector(operation, jobs, leases, time)
{
    protected override FieldCatalog Fields => DeadLetterFields.Catalog;

    protected override async Task<IEnumerable<JobItem>> FindAsync(IReadOnlyList<string> ids, DeadLetterOptions rules, CancellationToken cancellationToken) =>
        ids.Zip(await deadLetters.FindAsync(ids, cancellationToken), (id, found) => found switch
        {
            null => Refused(id, ItemReasons.NotFound),
            { Entry: null } => Refused(id, ItemReasons.NotDeadLetter),
            { Entry: { } entry } => Item(entry, rules),
        });

    /// <summary>A filter that names the resolution means it, also where the operation then has to refuse what is found.</summary>
    protected override async Task<Reprocessing.Storage.Page<JobItem>> ListAsync(
        PlanQuery query, FilterExpression? filter, DeadLetterOptions rules, CancellationToken cancellationToken)
    {
        var letters = new DeadLetterQuery
        {
            Scope = filter?.Names(DeadLetterFields.Resolution) == true ? DeadLetterScope.Any : rules.ToScope(),
            Filter = filter?.At(query.At),
        };
        var page = await deadLetters.ListAsync(letters, query.Limit, query.Token, cancellationToken);
        return new([.. page.Items.Select(entry => Item(entry, rules))], page.Next);
    }

    private static JobItem Item(DeadLetterEntry entry, DeadLetterOptions rules) =>
        Item(entry.OrderId, entry.Stamp, entry.Fingerprint, rules.Refuses(entry));
}

internal sealed class FailingOrderPlanSelector(
    JobOperation operation, IOrderStore orders, OrderList list, IJobStore jobs, ILeases leases, TimeProvider time)
    : OrderPlanSelector(operation, jobs, leases, time)
{
    private const int ReadsAtOnce = 16;

    protected override FieldCatalog Fields => OrderFields.Catalog;

    protected override async Task<IEnumerable<JobItem>> FindAsync(IReadOnlyList<string> ids, DeadLetterOptions rules, CancellationToken cancellationToken)
    {
        var found = await ids.SelectParallelAsync(ReadsAtOnce, (id, token) => orders.GetAsync(id, token), cancellationToken);
        return ids.Zip(found, (id, order) => order switch
        {
            null => Refused(id, ItemReasons.NotFound),
            { Phase: not OrderPhase.Failed } => Refused(id, order.HasActiveWorkflow ? ItemReasons.ActiveWorkflow : ItemReasons.NotFailed),
            _ => Item(order, rules),
        });
    }

    protected override async Task<Reprocessing.Storage.Page<JobItem>> ListAsync(
        PlanQuery query, FilterExpression? filter, DeadLetterOptions rules, CancellationToken cancellationToken)
    {
        var failing = new OrderQuery(IsFailing: true, Status: null, filter?.At(query.At));
        var page = await list.ListAsync(failing, query.Limit, query.Token, cancellationToken);
        return new([.. page.Items.Select(order => Item(order, rules))], page.Next);
    }

    private static JobItem Item(Order order, DeadLetterOptions rules) =>
        Item(order.OrderId, order.Stamp, order.Failure?.Fingerprint, rules.Refuses(order));
}
