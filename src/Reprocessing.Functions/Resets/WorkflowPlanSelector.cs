namespace Reprocessing.Functions.Resets;

/// <summary>Each workflow is inspected in the engine too, so that the plan shows what the job will find.</summary>
internal sealed class WorkflowPlanSelector(
    IWorkflowIndex index, WorkflowInspector inspector, IOptions<ResetSettings> settings, TimeProvider time) : IPlanSelector
{
    public JobOperation Operation => JobOperation.Reset;

    public Problem? Check(PlanSelection selection, string? options) => selection.All
        ? Problems.InvalidBody("A reset needs 'filter' or 'ids': every workflow there is cannot be meant.", "#/selection/all")
        : (selection.Filter is { } filter ? FilterExpression.Parse(filter, WorkflowFields.Catalog).Error?.ToProblem("#/selection/filter") : null)
            ?? OptionsJson.Check<ResetOptions>(options, read => read.Faults());

    public string Describe(PlanSelection selection)
    {
        var what = selection.Filter is { } filter
            ? FilterExpression.Parse(filter, WorkflowFields.Catalog).Expression?.ToString() ?? filter
            : $"{Distinct(selection.Ids).Count} ids";
        return selection.Exclude is { Count: > 0 } exclude ? $"{what}, except {Distinct(exclude).Count} ids" : what;
    }

    public async Task<Reprocessing.Storage.Page<JobItem>> SelectAsync(PlanQuery query, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var rule = OptionsJson.Use<ResetOptions>(query.Options).ToRule();
        var (candidates, next) = query.Ids is { } ids ? (await FindAsync(ids, cancellationToken), null) : await QueryAsync(query, cancellationToken);
        var items = await candidates.SelectParallelAsync(
            settings.Value.Parallelism, (candidate, token) => TryItemAsync(candidate, rule, client, token), cancellationToken);
        return new(items, next);
    }

    private async Task<IReadOnlyList<Candidate>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await index.ProjectAsync(cancellationToken);
        return await ids.SelectParallelAsync(
            settings.Value.Parallelism, async (id, token) => new Candidate(id, await index.GetAsync(id, token)), cancellationToken);
    }

    private async Task<(IReadOnlyList<Candidate> Candidates, string? Next)> QueryAsync(PlanQuery query, CancellationToken cancellationToken)
    {
        var predicate = FilterExpression.Parse(query.Selection.Filter!, WorkflowFields.Catalog).Expression?.At(query.At)
            ?? throw new ArgumentException("The filter was not checked.", nameof(query));
        var page = await index.QueryAsync(predicate, query.Limit, query.Token, cancellationToken);
        return (
            [.. page.Items.Where(record => !query.Excluded.Contains(record.InstanceId)).Select(record => new Candidate(record.InstanceId, record, predicate))],
            page.Next);
    }

    private async Task<JobItem> TryItemAsync(Candidate candidate, ResetRule rule, DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await ItemAsync(candidate, rule, client, cancellationToken);
        }
        catch (Exception e) when (ItemFault.IsItsOwn(e))
        {
            return Refused(candidate.InstanceId, new(ItemReasons.ProcessingFailed, e.Message));
        }
    }

    private async Task<JobItem> ItemAsync(Candidate candidate, ResetRule rule, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var record = candidate.Record;
        if (record is { Continuations: > 0, OriginalInput: null })
        {
            // Streamed records have no inputs.
            record = await index.GetAsync(candidate.InstanceId, cancellationToken) ?? record;
        }

        if (await inspector.InspectAsync(client, candidate.InstanceId, record, cancellationToken) is not { } found)
        {
            return Refused(candidate.InstanceId, new(ItemReasons.NotFound, $"There is no workflow {candidate.InstanceId}."));
        }

        return (Mismatch(candidate, found) ?? found.Check(rule) ?? Held(found.Subject.Order)) is { } refusal
            ? Refused(candidate.InstanceId, refusal) with { ExpectedVersion = found.Version, Group = found.Type }
            : new(candidate.InstanceId, found.Version, ItemState.Pending) { Group = found.Type };
    }

    private ResetRefusal? Held(Order? order) => order?.Lease is { } lease && lease.Until > time.GetUtcNow()
        ? new(ItemReasons.Leased, lease.Describe(order.OrderId))
        : null;

    /// <summary>The index may be behind the engine, so the filter is tested on the engine's state too.</summary>
    private static ResetRefusal? Mismatch(Candidate candidate, WorkflowSnapshot found)
    {
        if (candidate is not { Filter: { } filter, Record: { } record })
        {
            return null;
        }

        // An order knows the state of its workflow sooner than the engine, except for what was done to the workflow from outside.
        var isCurrent = found.Subject.IsOrders && (record.HasEnded || found.Subject.Status is WorkflowStatus.Pending or WorkflowStatus.Running);
        var now = isCurrent || found.Instance is not { } instance ? record : record with
        {
            Status = found.Subject.Status,
            CloseTime = instance.IsCompleted ? record.CloseTime ?? instance.LastUpdatedAt : null,
            OrderStatus = found.Subject.Order is { } order && order.WorkflowId == record.InstanceId ? order.Status : record.OrderStatus,
        };
        return filter.Matches(now)
            ? null
            : new(ItemReasons.NoLongerMatches, $"{record.InstanceId} is {now.Status} by now and not what the filter asks for.");
    }

    private static JobItem Refused(string id, ResetRefusal refusal) =>
        new(id, string.Empty, ItemState.Skipped) { IsEligible = false, Reason = refusal.Reason, Message = refusal.Message };

    private static HashSet<string> Distinct(IReadOnlyList<string>? ids) => (ids ?? []).ToHashSet(StringComparer.Ordinal);

    private sealed record Candidate(string InstanceId, WorkflowRecord? Record, FilterPredicate? Filter = null);
}
