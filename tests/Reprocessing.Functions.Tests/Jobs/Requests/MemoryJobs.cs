namespace Reprocessing.Functions.Tests.Jobs.Requests;

/// <summary>Plans, jobs, keys and the audit log in memory, with the rules of the real ones that the API depends on.</summary>
internal sealed class MemoryJobs(DyingProcess process, TimeProvider time) : IPlanStore, IJobStore, IRequestKeys, IAuditLog
{
    private readonly Dictionary<(string, string), BoundRequest> _keys = [];
    private readonly Dictionary<string, string> _orders = [];

    public Dictionary<string, PlanRecord> Plans { get; } = [];

    public Dictionary<string, JobRecord> Jobs { get; } = [];

    public Dictionary<string, SortedDictionary<string, JobItem>> Items { get; } = [];

    public List<AuditEvent> Audit { get; } = [];

    public OutcomeCounts Outcomes { get; set; } = new();

    /// <summary>What somebody else does between the look at a key and its binding.</summary>
    public Action? OnBind { get; set; }

    public Task AddItemsAsync(string planId, IReadOnlyList<JobItem> items, CancellationToken cancellationToken) => process.Write(() =>
    {
        var stored = ItemsOf(planId);
        foreach (var item in items)
        {
            stored[item.Id] = item;
        }

        return Task.CompletedTask;
    });

    public Task CreateAsync(PlanRecord plan, CancellationToken cancellationToken) => process.Write(() =>
    {
        Plans.TryAdd(plan.PlanId, plan);
        return Task.CompletedTask;
    });

    public Task KeepOrderAsync(string planId, string order, CancellationToken cancellationToken) => process.Write(() =>
    {
        _orders[planId] = order;
        return Task.CompletedTask;
    });

    public Task<string> ReadOrderAsync(string planId, CancellationToken cancellationToken) => Task.FromResult(_orders[planId]);

    Task<PlanRecord?> IPlanStore.EditAsync(string planId, Func<PlanRecord, PlanRecord?> edit, CancellationToken cancellationToken) => process.Write(() =>
    {
        if (Plans.TryGetValue(planId, out var plan))
        {
            Plans[planId] = edit(plan) ?? plan;
        }

        return Task.FromResult(Plans.GetValueOrDefault(planId));
    });

    Task<PlanRecord?> IPlanStore.GetAsync(string planId, CancellationToken cancellationToken) => Task.FromResult(Plans.GetValueOrDefault(planId));

    Task<Reprocessing.Storage.Page<PlanRecord>> IPlanStore.ListAsync(int limit, string? token, CancellationToken cancellationToken) =>
        Task.FromResult(new Reprocessing.Storage.Page<PlanRecord>([.. Plans.Values.OrderByDescending(plan => plan.CreatedAt).Take(limit)], null));

    public Task<ApplyOutcome> ApplyAsync(string planId, JobRecord job, CancellationToken cancellationToken) => process.Write(() =>
        Task.FromResult<ApplyOutcome>(
            !Plans.TryGetValue(planId, out var plan) ? new ApplyOutcome.NotFound()
            : plan.JobId is not null ? new ApplyOutcome.AlreadyApplied(plan)
            : plan.ExpiresAt <= time.GetUtcNow() ? new ApplyOutcome.Expired(plan)
            : Apply(plan, job)));

    public Task<JobRecord> CreateRunAsync(JobRecord run, CancellationToken cancellationToken)
    {
        Jobs.TryAdd(run.JobId, run);
        return Task.FromResult(Jobs[run.JobId]);
    }

    public Task<RunProgress> GetProgressAsync(string runId, CancellationToken cancellationToken) =>
        Task.FromResult(new RunProgress(Jobs[runId].Tally, null, 0));

    Task<IReadOnlyList<JobItem>> IJobStore.RecordChunkAsync(
        string runId, ChunkKey chunk, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<JobItem>?> IJobStore.FindChunkAsync(string runId, ChunkKey chunk, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<JobRecord?> IJobStore.GetAsync(string jobId, CancellationToken cancellationToken) => Task.FromResult(Jobs.GetValueOrDefault(jobId));

    Task<Reprocessing.Storage.Page<JobRecord>> IJobStore.ListAsync(JobQuery query, int limit, string? token, CancellationToken cancellationToken) =>
        Task.FromResult(new Reprocessing.Storage.Page<JobRecord>(
            [
                .. Jobs.Values.Where(job => (query.State ?? job.State) == job.State && (query.Operation ?? job.Operation) == job.Operation)
                    .OrderByDescending(job => job.CreatedAt).Take(limit),
            ],
            null));

    public Task<JobRecord?> EditAsync(
        string jobId, Func<JobRecord, JobRecord?> edit, CancellationToken cancellationToken) => process.Write(() =>
    {
        if (!Jobs.TryGetValue(jobId, out var job))
        {
            return Task.FromResult<JobRecord?>(null);
        }

        Jobs[jobId] = edit(job) ?? job;
        return Task.FromResult<JobRecord?>(Jobs[jobId]);
    });

    public Task<Reprocessing.Storage.Page<JobItem>> ListItemsAsync(string jobId, ItemState? state, int limit, string? token, CancellationToken cancellationToken) =>
        Task.FromResult(new Reprocessing.Storage.Page<JobItem>([.. ItemsOf(jobId).Values.Where(item => state is null || item.State == state).Take(limit)], null));

    public Task<OutcomeCounts> GetOutcomesAsync(string jobId, CancellationToken cancellationToken) => Task.FromResult(Outcomes);

    public Task<OutcomeCounts> CountOutcomesAsync(string jobId, string group, CancellationToken cancellationToken) => Task.FromResult(Outcomes);

    public Task<Reprocessing.Storage.Page<JobRecord>> ListOpenAsync(DateTimeOffset olderThan, int limit, string? token, CancellationToken cancellationToken)
    {
        List<JobRecord> open =
        [
            .. Jobs.Values.Where(job => !job.State.HasEnded() && job.CreatedAt < olderThan && string.CompareOrdinal(job.JobId, token) > 0)
                .OrderBy(job => job.JobId, StringComparer.Ordinal).Take(limit),
        ];
        return Task.FromResult(new Reprocessing.Storage.Page<JobRecord>(open, open.Count == limit ? open[^1].JobId : null));
    }

    public Task<BoundRequest?> FindAsync(string scope, string key, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.GetValueOrDefault((scope, key)));

    public Task<BoundRequest> BindAsync(string scope, string key, string requestHash, string resourceId, CancellationToken cancellationToken) =>
        process.Write(() =>
        {
            var others = OnBind;
            OnBind = null;
            others?.Invoke();
            _keys.TryAdd((scope, key), new(requestHash, resourceId));
            return Task.FromResult(_keys[(scope, key)]);
        });

    public Task AddAsync(AuditEvent told, CancellationToken cancellationToken) => process.Write(() =>
    {
        if (Audit.All(known => known.EventId != told.EventId))
        {
            Audit.Add(told);
        }

        return Task.CompletedTask;
    });

    public async Task AddAllAsync(IReadOnlyList<AuditEvent> told, CancellationToken cancellationToken)
    {
        foreach (var one in told)
        {
            await AddAsync(one, cancellationToken);
        }
    }

    public Task<Reprocessing.Storage.Page<AuditEvent>> ListAsync(AuditQuery query, int limit, string? token, CancellationToken cancellationToken) =>
        Task.FromResult(new Reprocessing.Storage.Page<AuditEvent>([.. Audit.Where(told => query.Actor is null || told.Actor == query.Actor).Take(limit)], null));

    Task<ItemSlice> IJobStore.SelectAsync(string jobId, int limit, int chunkSize, string? cursor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task IJobStore.RecordAsync(string jobId, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken) => process.Write(() =>
    {
        foreach (var result in results)
        {
            ItemsOf(jobId)[result.Id] = ItemsOf(jobId)[result.Id] with { State = result.State, Reason = result.Reason };
        }

        return Task.CompletedTask;
    });

    Task<IReadOnlyDictionary<ItemState, int>> IJobStore.CountAsync(string jobId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<ItemState, int>>(
            ItemsOf(jobId).Values.Where(item => item.IsEligible).CountBy(item => item.State).ToDictionary());

    Task<IReadOnlyDictionary<string, int>> IJobStore.CountFailuresAsync(string jobId, int top, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, int>>(
            ItemsOf(jobId).Values.Where(item => item.State == ItemState.Failed).CountBy(item => item.Reason ?? "").ToDictionary());

    private SortedDictionary<string, JobItem> ItemsOf(string id)
    {
        var key = JobIds.KeyOf(id);
        return Items.TryGetValue(key, out var items) ? items : Items[key] = new(StringComparer.Ordinal);
    }

    private ApplyOutcome.Applied Apply(PlanRecord plan, JobRecord job)
    {
        Plans[plan.PlanId] = plan with { JobId = job.JobId };
        Jobs.Add(job.JobId, job);
        return new(job);
    }
}
