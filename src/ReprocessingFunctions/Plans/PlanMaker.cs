using System.Numerics;
using System.Runtime.InteropServices;

namespace ReprocessingFunctions.Plans;

/// <summary>
/// Freezes a selection: its items first, its head last, which alone makes the plan exist. Every making has a key of its own, so
/// that neither one that died half way nor one that goes on at the same time leaves an item in another's plan.
/// </summary>
internal sealed class PlanMaker(
    IEnumerable<IPlanSelector> selectors,
    IPlanStore plans,
    IJobStore jobs,
    IAuditLog audit,
    IOptions<PlanOptions> options,
    TimeProvider time,
    ILogger<PlanMaker> logger)
{
    private const int ChanceLength = 8;
    private const int PageSize = 500;

    private static readonly IReadOnlyList<ItemState> Left = [ItemState.Pending, ItemState.Failed];

    /// <summary>What can be planned, for those who name something else.</summary>
    public IReadOnlyList<JobOperation> Operations { get; } = [.. selectors.Select(selector => selector.Operation)];

    public int MaxItems => options.Value.MaxItems;

    /// <summary>What is wrong with the order as a whole; nothing is read for it.</summary>
    public Problem? Check(PlanOrder order) => SelectorOf(order.Operation).Check(order.Selection, order.Options);

    /// <exception cref="ProblemException">The selection is too large, or turns out to be one that may not be planned.</exception>
    public async Task<PlanRecord> MakeAsync(PlanOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var selector = SelectorOf(order.Operation);
        var now = time.GetUtcNow();
        var planId = JobIds.Plan(JobIds.NewKey(now, Guid.NewGuid().ToString("N")[..ChanceLength]));
        var counts = new PlanCounts();
        var selection = order.Selection.FromJob is { } jobId
            ? order.Selection with { Ids = await ReadIdsAsync(jobId, order.Selection.States ?? Left, cancellationToken) }
            : order.Selection;
        await foreach (var page in selector.SelectAsync(selection, order.Options, client, cancellationToken))
        {
            if (counts.All + page.Count > MaxItems)
            {
                logger.PlanRefused(planId, MaxItems);
                throw new ProblemException(Problems.SelectionTooLarge(MaxItems));
            }

            foreach (var item in page)
            {
                counts.Add(item);
            }

            await plans.AddItemsAsync(planId, page, cancellationToken);
        }

        var plan = new PlanRecord
        {
            PlanId = planId,
            Operation = order.Operation,
            RequestedBy = order.RequestedBy,
            CreatedAt = now,
            ExpiresAt = now + (order.Lifetime ?? options.Value.PlanLifetime),
            Selection = Describe(selector, order.Selection),
            Options = order.Options,
            Count = counts.Eligible,
            Hash = counts.Hash,
            CountByGroup = counts.Groups(),
            IneligibleByReason = counts.Reasons(),
        };
        await plans.CreateAsync(plan, cancellationToken);
        await audit.AddAsync(PlanAudit.Created(plan), cancellationToken);
        logger.PlanMade(planId, order.Operation, counts.Eligible, counts.All - counts.Eligible);
        return plan;
    }

    private static string Describe(IPlanSelector selector, PlanSelection selection)
    {
        if (selection.FromJob is not { } jobId)
        {
            return selector.Describe(selection);
        }

        var from = $"from job {jobId}, state {string.Join(" or ", (selection.States ?? Left).Distinct().Select(EnumNames.Of))}";
        return selection.Exclude is { Count: > 0 } exclude ? $"{from}, except {exclude.Distinct(StringComparer.Ordinal).Count()} ids" : from;
    }

    private async Task<IReadOnlyList<string>> ReadIdsAsync(string jobId, IReadOnlyList<ItemState> states, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(jobId, cancellationToken) is null)
        {
            throw new ProblemException(Problems.NotFound("job", jobId));
        }

        List<string> ids = [];
        foreach (var state in states.Distinct())
        {
            await foreach (var item in Pages.ReadAllAsync<JobItem>(async token => await jobs.ListItemsAsync(jobId, state, PageSize, token, cancellationToken)))
            {
                ids.Add(ids.Count < MaxItems ? item.Id : throw new ProblemException(Problems.SelectionTooLarge(MaxItems)));
            }
        }

        return ids;
    }

    private IPlanSelector SelectorOf(JobOperation operation) =>
        selectors.FirstOrDefault(selector => selector.Operation == operation)
        ?? throw new ArgumentOutOfRangeException(nameof(operation), operation, "Nothing selects items for this operation.");
}

/// <summary>
/// Makes the plan of a request once: a key is bound to a plan when that is whole. Whoever died before has bound nothing, and of two
/// that make plans for the same key at once the one that binds first is answered to both.
/// </summary>
internal sealed class PlanRequests(PlanMaker maker, IPlanStore plans, IRequestKeys keys)
{
    /// <param name="key">Null when the caller gave none.</param>
    public async Task<PlanRecord> MakeAsync(
        RequestKey? key, PlanOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return await maker.MakeAsync(order, client, cancellationToken);
        }

        if (await keys.FindAsync(key.Scope, key.Key, cancellationToken) is { } found)
        {
            return await FindAsync(key, found, cancellationToken);
        }

        var plan = await maker.MakeAsync(order, client, cancellationToken);
        var bound = await keys.BindAsync(key.Scope, key.Key, key.RequestHash, plan.PlanId, cancellationToken);
        return bound.IsNew ? plan : await FindAsync(key, bound, cancellationToken);
    }

    /// <summary>The plan that an earlier request with this key has made.</summary>
    public async Task<PlanRecord> FindAsync(RequestKey key, BoundRequest bound, CancellationToken cancellationToken) =>
        bound.RequestHash != key.RequestHash
            ? throw new ProblemException(Problems.IdempotencyKeyReused(key.Key))
            : await plans.GetAsync(bound.ResourceId, cancellationToken) ?? throw new ProblemException(Problems.NotFound("plan", bound.ResourceId));
}

/// <summary>What a plan's head tells of its items, counted as they stream by.</summary>
internal sealed class PlanCounts
{
    private const int GroupsShown = 50;
    private const string NoGroup = "unknown";
    private const string NoReason = "not_eligible";

    private readonly Dictionary<string, int> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly PlanHash _hash = new();

    public int Eligible { get; private set; }

    public int All { get; private set; }

    public string Hash => _hash.ToString();

    public void Add(JobItem item)
    {
        All++;
        if (!item.IsEligible)
        {
            Count(_reasons, item.Reason ?? NoReason);
            return;
        }

        Eligible++;
        Count(_groups, item.Group ?? NoGroup);
        _hash.Add(item);
    }

    /// <summary>The most frequent ones.</summary>
    public IReadOnlyDictionary<string, int> Groups() => Ordered(_groups, GroupsShown);

    /// <summary>All of them: there are no more than this app has codes.</summary>
    public IReadOnlyDictionary<string, int> Reasons() => Ordered(_reasons, int.MaxValue);

    private static void Count(Dictionary<string, int> counts, string key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private static Dictionary<string, int> Ordered(IEnumerable<KeyValuePair<string, int>> counts, int most) => counts
        .OrderByDescending(pair => pair.Value)
        .ThenBy(pair => pair.Key, StringComparer.Ordinal)
        .Take(most)
        .ToDictionary(StringComparer.Ordinal);
}

/// <summary>
/// One number for a whole selection: the SHA-256 of every item's id and version, added up modulo 2^256. Equal selections have equal
/// hashes in whatever order their items come, so nothing has to be kept or sorted; unlike with exclusive or, an item that comes
/// twice does not take itself out again.
/// </summary>
internal sealed class PlanHash
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    private BigInteger _sum;

    /// <summary>An id holds no line break, so that no other id and version are written alike.</summary>
    public void Add(JobItem item) =>
        _sum = (_sum + new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes($"{item.Id}\n{item.ExpectedVersion}")), isUnsigned: true)) % Modulus;

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[32];
        _sum.TryWriteBytes(bytes, out _, isUnsigned: true);
        return Convert.ToHexStringLower(bytes);
    }
}

internal static class PlanAudit
{
    public const string CreatedAction = "plan.created";

    public static AuditEvent Created(PlanRecord plan) =>
        new($"{plan.PlanId}.created", plan.CreatedAt, plan.RequestedBy, CreatedAction, plan.PlanId)
        {
            Detail = string.Create(
                CultureInfo.InvariantCulture, $"{EnumNames.Of(plan.Operation)} of {plan.Selection}: {plan.Count} items, hash {plan.Hash}"),
        };
}

/// <summary>Settings <c>Job*</c> that plans are made by.</summary>
internal sealed class PlanOptions
{
    public const string Prefix = "Job";

    /// <summary>The longest that a request may ask for: an older selection says little about what is there.</summary>
    public const int LongestLifetimeMinutes = 7 * 24 * 60;

    public const int MostItems = 1_000_000;

    /// <summary>Items of one plan, those that cannot be worked on among them.</summary>
    [Range(1, MostItems)]
    public int MaxItems { get; set; } = 100_000;

    /// <summary>From the making of a plan to the last moment at which it can be applied, where the request does not say.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan PlanLifetime { get; set; } = TimeSpan.FromHours(1);
}
