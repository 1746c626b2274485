namespace Reprocessing.Functions.Plans;

/// <summary>
/// Freezes a selection: its items first, its head last, which alone makes the plan exist. Every making has a key of its own, so that one that died half way leaves no item in
/// another's plan. What is too much for a request is prepared anew by <see cref="PlanOrchestrator"/>: then the head comes first, and says so.
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

    /// <summary>A filter may have to read much to find little.</summary>
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(20);

    private static readonly IReadOnlyList<ItemState> Left = [ItemState.Pending, ItemState.Failed];

    public IReadOnlyList<JobOperation> Operations { get; } = [.. selectors.Select(selector => selector.Operation)];

    public int MaxItems => options.Value.MaxItems;

    public Problem? Check(PlanOrder order) => SelectorOf(order.Operation).Check(order.Selection, order.Options);

    /// <returns>The plan; or one that has to be prepared, as its selection was too much for a request.</returns>
    public async Task<PlanRecord> MakeAsync(PlanOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var plan = new PlanRecord
        {
            PlanId = JobIds.Plan(JobIds.NewKey(now, Guid.NewGuid().ToString("N")[..ChanceLength])),
            Operation = order.Operation,
            RequestedBy = order.RequestedBy,
            CreatedAt = now,
            ExpiresAt = now + (order.Lifetime ?? options.Value.PlanLifetime),
            Selection = Describe(order),
            Options = order.Options,
            Count = 0,
            Hash = string.Empty,
            Preparation = new(Selected: 0),
        };
        if (await TrySelectAllAsync(plan, order, client, cancellationToken) is not { } items)
        {
            await plans.KeepOrderAsync(plan.PlanId, JsonSerializer.Serialize(order, AppJson.Worker), cancellationToken);
            await plans.CreateAsync(plan, cancellationToken);
            return plan;
        }

        plan = Complete(plan, await PlanCounts.OfAsync(items.ToAsyncEnumerable()));
        foreach (var page in items.Chunk(PageSize))
        {
            await plans.AddItemsAsync(plan.PlanId, page, cancellationToken);
        }

        await plans.CreateAsync(plan, cancellationToken);
        await PublishAsync(plan, cancellationToken);
        return plan;
    }

    /// <summary>May be called again at any time: items replace themselves, counts are of what is stored, and a plan that is no longer being prepared is left alone.</summary>
    /// <returns>Where to go on; null when there is nothing more to do.</returns>
    public async Task<PlanInput?> PrepareAsync(PlanInput at, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var plan = await plans.GetAsync(at.PlanId, cancellationToken);
        if (plan is { Preparation: null })
        {
            // A call that died after it had stored the plan whole has not published it.
            await PublishAsync(plan, cancellationToken);
        }

        if (plan is not { Preparation.Failure: null })
        {
            return null;
        }

        try
        {
            var order = JsonSerializer.Deserialize<PlanOrder>(await plans.ReadOrderAsync(at.PlanId, cancellationToken), AppJson.Worker)!;
            var page = await SelectAsync(order, plan.CreatedAt, at.Cursor, client, cancellationToken);
            at = at with { Cursor = page.Next, Selected = at.Selected + page.Items.Count };
            ThrowIfTooLarge(plan, at.Selected);
            await plans.AddItemsAsync(plan.PlanId, page.Items, cancellationToken);
            if (at.Cursor is not null)
            {
                await EditAsync(at.PlanId, stored => stored with { Preparation = new(at.Selected) }, cancellationToken);
                return at;
            }

            var items = await PlanCounts.OfAsync(Pages.ReadAllAsync<JobItem>(
                async token => await jobs.ListItemsAsync(plan.PlanId, state: null, PageSize, token, cancellationToken)));
            if (await EditAsync(at.PlanId, stored => Complete(stored, items), cancellationToken) is { Preparation: null } made)
            {
                await PublishAsync(made, cancellationToken);
            }
        }
        catch (Exception e) when (e is ProblemException or FilterCostException)
        {
            // The same again would be refused again.
            await FailAsync(at.PlanId, $"{(e as ProblemException)?.Problem.Code ?? "filter_too_costly"}: {e.Message}", cancellationToken);
        }

        return null;
    }

    /// <summary>Ends the preparation of a plan that cannot become ready; one that is ready stays so.</summary>
    public async Task<PlanRecord?> FailAsync(string planId, string reason, CancellationToken cancellationToken)
    {
        logger.PlanNotPrepared(planId, reason);
        return await EditAsync(planId, stored => stored with { Preparation = stored.Preparation! with { Failure = reason } }, cancellationToken);
    }

    private Task<PlanRecord?> EditAsync(string planId, Func<PlanRecord, PlanRecord> edit, CancellationToken cancellationToken) =>
        plans.EditAsync(planId, stored => stored is { Preparation.Failure: null } ? edit(stored) : null, cancellationToken);

    private PlanRecord Complete(PlanRecord plan, PlanCounts counts)
    {
        ProblemException.ThrowIf(SelectorOf(plan.Operation).CheckCount(plan.Options, counts.Eligible) is { } fault ? Problems.InvalidOptions(fault) : null);
        return plan with
        {
            Preparation = null,
            // Its life begins when it can be applied.
            ExpiresAt = time.GetUtcNow() + (plan.ExpiresAt - plan.CreatedAt),
            Count = counts.Eligible,
            Hash = counts.Hash,
            CountByGroup = counts.Groups(),
            IneligibleByReason = counts.Reasons(),
        };
    }

    private async Task PublishAsync(PlanRecord plan, CancellationToken cancellationToken)
    {
        await audit.AddAsync(PlanAudit.Created(plan), cancellationToken);
        logger.PlanMade(plan.PlanId, plan.Operation, plan.Count, plan.IneligibleByReason.Values.Sum());
    }

    private void ThrowIfTooLarge(PlanRecord plan, int count)
    {
        if (count > MaxItems)
        {
            logger.PlanRefused(plan.PlanId, MaxItems);
            throw new ProblemException(Problems.SelectionTooLarge(MaxItems));
        }
    }

    /// <summary>Null when it is more, or takes longer, than a request should wait for.</summary>
    private async Task<IReadOnlyList<JobItem>?> TrySelectAllAsync(PlanRecord plan, PlanOrder order, DurableTaskClient client, CancellationToken cancellationToken)
    {
        Dictionary<string, JobItem> found = new(StringComparer.Ordinal);
        try
        {
            await TimeLimit.RunAsync(RequestTime, time, SelectAllAsync, cancellationToken);
            return found.Count <= options.Value.PlanInlineItems ? [.. found.Values] : null;
        }
        catch (TimeLimitException)
        {
            return null;
        }

        async Task<int> SelectAllAsync(CancellationToken token)
        {
            string? cursor = null;
            do
            {
                var page = await SelectAsync(order, plan.CreatedAt, cursor, client, token);
                foreach (var item in page.Items)
                {
                    // A workflow that changes while the index is read may come twice.
                    found[item.Id] = item;
                }

                ThrowIfTooLarge(plan, found.Count);
                cursor = page.Next;
            }
            while (cursor is not null && found.Count <= options.Value.PlanInlineItems);
            return found.Count;
        }
    }

    private async Task<Reprocessing.Storage.Page<JobItem>> SelectAsync(PlanOrder order, DateTimeOffset at, string? cursor, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (selector, query) = (SelectorOf(order.Operation), new PlanQuery(order.Selection, order.Options, at, PageSize, cursor));
        if (await ReadIdsAsync(order.Selection, cursor, cancellationToken) is not { } ids)
        {
            return await selector.SelectAsync(query, client, cancellationToken);
        }

        var wanted = query with { Ids = [.. ids.Items.Distinct(StringComparer.Ordinal).Where(id => !query.Excluded.Contains(id))] };
        return (await selector.SelectAsync(wanted, client, cancellationToken)) with { Next = ids.Next };
    }

    /// <summary>A page of the ids that the selection lists, or that a job has left; null of another selection.</summary>
    private async Task<Reprocessing.Storage.Page<string>?> ReadIdsAsync(PlanSelection selection, string? cursor, CancellationToken cancellationToken)
    {
        if (selection.Ids is { } ids)
        {
            var from = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
            var to = from + PageSize;
            return new([.. ids.Skip(from).Take(PageSize)], to < ids.Count ? to.ToString(CultureInfo.InvariantCulture) : null);
        }

        if (selection.FromJob is not { } jobId)
        {
            return null;
        }

        if (await jobs.GetAsync(jobId, cancellationToken) is null)
        {
            throw new ProblemException(Problems.NotFound("job", jobId));
        }

        // The cursor is the place of a state in their list, and where its items go on.
        IReadOnlyList<ItemState> states = [.. (selection.States ?? Left).Distinct()];
        var parts = (cursor ?? "0|").Split('|', 2);
        var index = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var page = await jobs.ListItemsAsync(jobId, states[index], PageSize, parts[1].Length == 0 ? null : parts[1], cancellationToken);
        var next = page.Next is { } token ? $"{index}|{token}" : index + 1 < states.Count ? $"{index + 1}|" : null;
        return new([.. page.Items.Select(item => item.Id)], next);
    }

    private string Describe(PlanOrder order)
    {
        var selection = order.Selection;
        if (selection.FromJob is not { } jobId)
        {
            return SelectorOf(order.Operation).Describe(selection);
        }

        var from = $"from job {jobId}, state {string.Join(" or ", (selection.States ?? Left).Distinct().Select(EnumNames.Of))}";
        return selection.Exclude is { Count: > 0 } exclude ? $"{from}, except {exclude.Distinct(StringComparer.Ordinal).Count()} ids" : from;
    }

    private IPlanSelector SelectorOf(JobOperation operation) =>
        selectors.FirstOrDefault(selector => selector.Operation == operation)
        ?? throw new ArgumentOutOfRangeException(nameof(operation), operation, "Nothing selects items for this operation.");
}

internal static class PlanAudit
{
    public static AuditEvent Created(PlanRecord plan) => Of(plan, "created", plan.CreatedAt, plan.RequestedBy);

    public static AuditEvent Approved(PlanRecord plan) =>
        Of(plan, "approved", plan.Approval!.At, plan.Approval.By) with { Reason = plan.Approval.Reason };

    private static AuditEvent Of(PlanRecord plan, string what, DateTimeOffset at, string by) => new($"{plan.PlanId}.{what}", at, by, $"plan.{what}", plan.PlanId)
    {
        Detail = FormattableString.Invariant($"{EnumNames.Of(plan.Operation)} of {plan.Selection}: {plan.Count} items, hash {plan.Hash}"),
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

    /// <summary>A plan of more items is prepared in the background.</summary>
    [Range(1, 10_000)]
    public int PlanInlineItems { get; set; } = 1_000;

    /// <summary>From the making of a plan to the last moment at which it can be applied, where the request does not say.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan PlanLifetime { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Settings <c>Approval*</c>.</summary>
internal sealed class ApprovalOptions
{
    public const string Prefix = "Approval";

    /// <summary>A plan of more items has to be approved by somebody else than its requester before it can be applied; 0 is never.</summary>
    [Range(0, PlanOptions.MostItems)]
    public int Threshold { get; set; }

    /// <summary>Asked when it matters, not when the plan is made: a setting that has been changed holds for plans that are there too.</summary>
    public bool IsMissing(PlanRecord plan) => Threshold > 0 && plan.Count > Threshold && plan.Approval is null;
}
