using System.Globalization;

namespace ReprocessingFunctions.Tests.Runs;

/// <summary>Failed orders, and the two activities of a run over them; drives the slice orchestrator through its continuations.</summary>
internal sealed class Backlog
{
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    private readonly int _size;

    public Backlog(int size, TimeSpan chunkTime = default, DateTimeOffset? now = null)
    {
        _size = size;
        Engine = new OrchestrationSimulation((now ?? Start).UtcDateTime)
            .Event<JsonElement?>()
            .Activity<SelectItemsInput, ItemSlice>(nameof(SelectItems), TimeSpan.Zero, Find)
            .Activity<ProcessItemsInput, ItemsResponse>(nameof(ProcessItems), chunkTime, Process);
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public OrchestrationSimulation Engine { get; }

    public List<SelectItemsInput> Queries { get; } = [];

    public List<int> SliceSizes { get; } = [];

    public List<string> Processed { get; } = [];

    public string? FailsOn { get; init; }

    public int FailsFromQuery { get; init; } = int.MaxValue;

    public IReadOnlyList<JobStatus> Statuses => [.. Engine.Statuses.Cast<JobStatus>()];

    public static SliceInput Plan(int batchSize, int parallelism = 5, int? expected = null) => new(
        "run-20260301-120000-000",
        JobOperation.Reprocess,
        batchSize,
        new ReprocessingResult(Start),
        ContinuationCount: 0,
        Start,
        new(new(ChunkSize: 100), Reservation: null, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)),
        new(1, DesiredState.Run, new(parallelism)))
    {
        FailureStatuses = ["picking_failed"],
        MaxRetries = 5,
        Deadline = Start + Timeout,
        Expected = expected,
    };

    public Task<ReprocessingResult> RunAsync(int batchSize, int parallelism = 5) => Engine.RunAsync<SliceInput, ReprocessingResult>(
        Plan(batchSize, parallelism, Math.Min(_size, batchSize)), SliceOrchestrator.RunAsync);

    public int AttemptsOf(string orderId) => Engine.Calls.Count(
        call => call.Input is ProcessItemsInput input && input.Items.Any(order => order.Id == orderId));

    private ItemSlice Find(SelectItemsInput query)
    {
        Queries.Add(query);
        if (Queries.Count >= FailsFromQuery)
        {
            throw OrchestrationHarness.Failure(nameof(SelectItems), "no storage");
        }

        var from = int.Parse(query.Cursor ?? "0", CultureInfo.InvariantCulture);
        var count = Math.Min(query.Limit, _size - from);
        SliceSizes.Add(count);
        var orders = Enumerable.Range(from, count).Select(number => new ItemRef($"order-{number:D4}", $"{number}"));
        return new(
            count,
            [.. orders.Chunk(query.ChunkSize).Select(chunk => new ItemChunk(chunk))],
            (from + count).ToString(CultureInfo.InvariantCulture));
    }

    private ItemsResponse Process(ProcessItemsInput input)
    {
        var ids = input.Items.Select(order => order.Id).ToList();
        if (FailsOn is { } bad && ids.Contains(bad))
        {
            throw OrchestrationHarness.Failure(nameof(ProcessItems), "bad chunk");
        }

        Processed.AddRange(ids);
        return ItemsResponse.All(ItemState.Succeeded, ids.Count);
    }
}
