namespace Reprocessing.Functions.Tests.Jobs;

/// <summary>A mocked job store that keeps jobs and items; what ended stays as it ended.</summary>
internal sealed class FakeJobStore
{
    private readonly Dictionary<string, JobRecord> _jobs = [];

    public FakeJobStore()
    {
        Mock.Setup(store => store.CreateRunAsync(It.IsAny<JobRecord>(), It.IsAny<CancellationToken>()))
            .Returns<JobRecord, CancellationToken>((job, _) => Task.FromResult(_jobs.TryAdd(job.JobId, job) ? job : _jobs[job.JobId]));
        Mock.Setup(store => store.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns<string, CancellationToken>((id, _) => Task.FromResult(_jobs.GetValueOrDefault(id)));
        Mock.Setup(store => store.EditAsync(It.IsAny<string>(), It.IsAny<Func<JobRecord, JobRecord?>>(), It.IsAny<CancellationToken>()))
            .Returns<string, Func<JobRecord, JobRecord?>, CancellationToken>((id, edit, _) => Task.FromResult(Edit(id, edit)));
        Mock.Setup(store => store.RecordAsync(It.IsAny<string>(), It.IsAny<IReadOnlyList<ItemResult>>(), It.IsAny<CancellationToken>()))
            .Returns<string, IReadOnlyList<ItemResult>, CancellationToken>((_, results, _) => Record(results));
        Mock.Setup(store => store.RecordChunkAsync(It.IsAny<string>(), It.IsAny<ChunkKey>(), It.IsAny<IReadOnlyList<ItemResult>>(), It.IsAny<CancellationToken>()))
            .Returns<string, ChunkKey, IReadOnlyList<ItemResult>, CancellationToken>((_, chunk, results, _) => Task.FromResult(Record(chunk, results)));
        Mock.Setup(store => store.FindChunkAsync(It.IsAny<string>(), It.IsAny<ChunkKey>(), It.IsAny<CancellationToken>()))
            .Returns<string, ChunkKey, CancellationToken>((_, chunk, _) => Task.FromResult(Chunks.GetValueOrDefault(chunk)));
        Mock.Setup(store => store.GetProgressAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => Progress ?? ProgressOfChunks());
        Mock.Setup(store => store.CountAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => Items.Values.GroupBy(item => item.State).ToDictionary(group => group.Key, group => group.Count()));
        Mock.Setup(store => store.CountFailuresAsync(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => Items.Values.Where(item => item.State == ItemState.Failed)
                .GroupBy(item => item.Group ?? item.Reason ?? string.Empty).ToDictionary(group => group.Key, group => group.Count()));
        Mock.Setup(store => store.ListItemsAsync(It.IsAny<string>(), It.IsAny<ItemState?>(), It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string _, ItemState? state, int _, string? _, CancellationToken _) =>
                new Reprocessing.Storage.Page<JobItem>([.. Items.Values.Where(item => state is null || item.State == state)], null));
    }

    public Mock<IJobStore> Mock { get; } = new();

    public IJobStore Store => Mock.Object;

    public SortedDictionary<string, JobItem> Items { get; } = new(StringComparer.Ordinal);

    public Dictionary<ChunkKey, IReadOnlyList<JobItem>> Chunks { get; } = [];

    /// <summary>Null for that of the chunks.</summary>
    public RunProgress? Progress { get; set; }

    public JobRecord this[string jobId]
    {
        get => _jobs[jobId];
        set => _jobs[jobId] = value;
    }

    public JobRecord? Find(string jobId) => _jobs.GetValueOrDefault(jobId);

    public void Put(params (string Id, ItemState State)[] items)
    {
        foreach (var (id, state) in items)
        {
            Items[id] = new JobItem(id, "1", state);
        }
    }

    private IReadOnlyList<JobItem> Record(ChunkKey chunk, IReadOnlyList<ItemResult> results)
    {
        Chunks.TryAdd(chunk, [.. results.Select(result => new JobItem(result.Id, string.Empty, result.State) { WorkflowId = result.WorkflowId })]);
        return Chunks[chunk];
    }

    private RunProgress ProgressOfChunks()
    {
        var last = Chunks.Keys.Select(chunk => chunk with { Chunk = 0 }).OrderBy(chunk => (chunk.Attempt, chunk.Slice)).LastOrDefault();
        return new(
            Chunks.Values.SelectMany(items => items).Aggregate(ItemTally.Zero, (tally, item) => tally.Add(item.State)),
            last,
            Chunks.Keys.Count(chunk => chunk with { Chunk = 0 } == last));
    }

    private JobRecord? Edit(string id, Func<JobRecord, JobRecord?> edit)
    {
        if (!_jobs.TryGetValue(id, out var job))
        {
            return null;
        }

        return edit(job) is { } edited ? _jobs[id] = edited : job;
    }

    private Task Record(IReadOnlyList<ItemResult> results)
    {
        foreach (var result in results.Where(result => result.State != ItemState.Pending))
        {
            var stored = Items.GetValueOrDefault(result.Id) ?? new JobItem(result.Id, string.Empty, ItemState.Pending);
            if (stored.State is ItemState.Pending or ItemState.Running)
            {
                Items[result.Id] = stored with { State = result.State, Reason = result.Reason, WorkflowId = result.WorkflowId ?? stored.WorkflowId };
            }
        }

        return Task.CompletedTask;
    }
}
