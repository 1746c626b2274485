using Reprocessing.Storage.Maintenance;

namespace Reprocessing.Functions.Maintenance;

/// <summary>Removes what ended long ago, a bounded part a tick. Never dead letters; of workflows only those of completed or cancelled orders that nothing under way names.</summary>
internal sealed class Retention(
    RetentionStore store,
    IWorkflowIndex index,
    IOrderStore orders,
    IJobStore jobs,
    IResetStore resets,
    TransferStore<ImportRecord> imports,
    TransferStore<ExportRecord> exports,
    IOptions<RetentionOptions> options,
    ReprocessingMetrics metrics,
    TimeProvider time,
    ILogger<Retention> logger)
{
    private const int InstancesACall = 100;
    private const int SideBySide = 8;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>What is removed, in metrics and logs. An instance of the task hub goes before its row in the index, which leads to it.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["instance", "workflow", "job", "plan", "run", "request_key", "audit_event", "import", "export"];

    public async Task<string?> RunAsync(string kind, DurableTaskClient client, string? position, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var total = 0;
        do
        {
            var removal = await RemoveAsync(kind, client, time.GetUtcNow(), position, cancellationToken);
            metrics.Removed(kind, removal.Removed);
            (total, position) = (total + removal.Removed, removal.Next);
        }
        while (position is not null && time.GetElapsedTime(begun) < Budget);

        if (total > 0)
        {
            logger.Removed(kind, total);
        }

        return position;
    }

    private Task<Removal> RemoveAsync(string kind, DurableTaskClient client, DateTimeOffset now, string? position, CancellationToken cancellationToken)
    {
        var days = options.Value;
        return kind switch
        {
            "instance" => RemoveInstancesAsync(client, Before(days.InstanceDays), position, cancellationToken),
            "workflow" => RemoveWorkflowsAsync(client, Before(days.WorkflowDays), now, position, cancellationToken),
            "job" => store.RemoveJobsAsync(Before(days.JobDays), position, cancellationToken),
            "plan" => store.RemovePlansAsync(Before(days.PlanDays), now, position, cancellationToken),
            "run" => store.RemoveRunsAsync(Before(days.RunDays), position, cancellationToken),
            "request_key" => store.RemoveRequestKeysAsync(Before(days.RequestKeyDays), cancellationToken),
            "audit_event" => store.RemoveAuditAsync(Before(days.AuditDays), cancellationToken),
            "import" => store.RemoveTransfersAsync<ImportRecord>(Before(days.TransferDays), now, position, cancellationToken),
            "export" => store.RemoveTransfersAsync<ExportRecord>(Before(days.TransferDays), now, position, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Nothing of this kind is removed."),
        };

        DateTimeOffset Before(int days) => now.AddDays(-days);
    }

    private async Task<Removal> RemoveInstancesAsync(DurableTaskClient client, DateTimeOffset before, string? position, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery { CreatedTo = before, Statuses = Ended, PageSize = InstancesACall };
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(position, InstancesACall).WithCancellation(cancellationToken))
        {
            var old = page.Values.Where(instance => instance.LastUpdatedAt < before).ToList();
            var wanted = old.Count > 0 ? await ReadWantedAsync(cancellationToken) : Wanted.Nothing;
            var removed = await RemoveEachAsync(old, instance => instance.InstanceId, RemoveAsync, cancellationToken);
            return new(removed, page.ContinuationToken is { Length: > 0 } next ? next : null);

            // Of a workflow that the index does not know nobody can tell whose it is.
            async Task<bool> RemoveAsync(OrchestrationMetadata instance, CancellationToken cancelled) =>
                await index.GetAsync(instance.InstanceId, cancelled) is var record
                && (record is not null || instance.Name != nameof(OrderFulfillmentOrchestrator))
                && !await IsWantedAsync(instance.InstanceId, record, wanted, before, cancelled)
                && (await client.PurgeInstanceAsync(instance.InstanceId, cancelled)).PurgedInstanceCount > 0;
        }

        return new(0, null);
    }

    private async Task<Removal> RemoveWorkflowsAsync(
        DurableTaskClient client, DateTimeOffset before, DateTimeOffset now, string? position, CancellationToken cancellationToken)
    {
        var text = before.ToString("O", CultureInfo.InvariantCulture);
        var query = FilterExpression.Parse($"executionStatus IN (Completed, Failed, Terminated) AND closeTime <= '{text}'", WorkflowFields.Catalog);
        var page = await index.QueryAsync(query.Expression!.At(now), InstancesACall, position, cancellationToken);
        var wanted = page.Items.Count > 0 ? await ReadWantedAsync(cancellationToken) : Wanted.Nothing;
        return new(await RemoveEachAsync(page.Items, record => record.InstanceId, RemoveAsync, cancellationToken), page.Next);

        async Task<bool> RemoveAsync(WorkflowRecord record, CancellationToken cancelled) =>
            await client.GetInstanceAsync(record.InstanceId, cancelled) is null
            && !await IsWantedAsync(record.InstanceId, record, wanted, before, cancelled)
            && await store.RemoveWorkflowAsync(record.InstanceId, before, cancelled);
    }

    private async Task<int> RemoveEachAsync<T>(
        IReadOnlyList<T> items, Func<T, string> idOf, Func<T, CancellationToken, Task<bool>> remove, CancellationToken cancellationToken)
    {
        var removed = await items.SelectParallelAsync(SideBySide, TryRemoveAsync, cancellationToken);
        return removed.Count(one => one);

        async Task<bool> TryRemoveAsync(T item, CancellationToken cancelled)
        {
            try
            {
                return await remove(item, cancelled);
            }
            catch (Exception e) when (!cancelled.IsCancellationRequested)
            {
                // It stays until the next time; the others must not stay with it.
                logger.NotRemoved(e, idOf(item));
                return false;
            }
        }
    }

    private async Task<bool> IsWantedAsync(
        string instanceId, WorkflowRecord? record, Wanted wanted, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (wanted.Instances.Contains(instanceId) || record is { HasEnded: false })
        {
            return true;
        }

        string[] names = record?.OrderId is { } orderId ? [instanceId, orderId] : [instanceId];
        if (names is [_, var id] && await orders.GetAsync(id, cancellationToken) is { } order && (!order.HasEnded || order.UpdatedAt > before))
        {
            return true;
        }

        return await wanted.OpenJobs.SelectMany(_ => names, (jobId, name) => (JobId: jobId, Name: name)).ToAsyncEnumerable()
            .AnyAsync(async (item, cancelled) => await store.HasItemAsync(item.JobId, item.Name, cancelled), cancellationToken);
    }

    private async Task<Wanted> ReadWantedAsync(CancellationToken cancellationToken)
    {
        var instances = await store.ListNamedAsync(cancellationToken);
        foreach (var jobId in await resets.ListOpenJobsAsync(int.MaxValue, cancellationToken))
        {
            instances.UnionWith(await resets.ListUnfinishedAsync(jobId, touchedBefore: null, cancellationToken));
        }

        var open = await Pages
            .ReadAllAsync<JobRecord>(async token => await jobs.ListOpenAsync(time.GetUtcNow(), InstancesACall, token, cancellationToken))
            .Select(job => job.JobId)
            .ToListAsync(cancellationToken);
        instances.UnionWith(open);
        instances.UnionWith(await imports.ListOpenAsync(cancellationToken).Select(import => import.Id).ToListAsync(cancellationToken));
        instances.UnionWith(await exports.ListOpenAsync(cancellationToken).Select(export => export.Id).ToListAsync(cancellationToken));
        return new(instances, open);
    }

    private sealed record Wanted(HashSet<string> Instances, List<string> OpenJobs)
    {
        public static readonly Wanted Nothing = new([], []);
    }
}

internal sealed class RetentionOptions
{
    private const int Most = 36_500;

    [Range(1, Most)]
    public int InstanceDays { get; set; } = 30;

    [Range(1, Most)]
    public int WorkflowDays { get; set; } = 90;

    [Range(1, Most)]
    public int PlanDays { get; set; } = 7;

    [Range(1, Most)]
    public int JobDays { get; set; } = 90;

    [Range(1, Most)]
    public int RunDays { get; set; } = 366;

    [Range(1, Most)]
    public int RequestKeyDays { get; set; } = 7;

    [Range(1, Most)]
    public int AuditDays { get; set; } = 366;

    [Range(1, Most)]
    public int TransferDays { get; set; } = 90;
}
