using System.Globalization;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Due;
using ReprocessingFunctions.Runs;
using ReprocessingFunctions.Tests.Orchestration;

namespace ReprocessingFunctions.Tests.Runs;

/// <summary>Failed orders, and the two activities of a run over them; drives the orchestrator through its continuations.</summary>
internal sealed class Backlog
{
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    private readonly int _size;

    public Backlog(int size)
    {
        _size = size;
        Harness = new OrchestrationHarness(null) { CallsMayWait = true }
            .WithInput<ReprocessingOrchestrationInput>()
            .Activity<DueQuery, DueSlice>(nameof(FindFailedOrders), Find)
            .ActivityAsync<ReprocessOrdersInput, ReprocessingTally>(nameof(ReprocessOrders), ReprocessAsync);
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public OrchestrationHarness Harness { get; }

    public List<DueQuery> Queries { get; } = [];

    public List<int> SliceSizes { get; } = [];

    public List<string> Processed { get; } = [];

    public Queue<TaskCompletionSource> Held { get; } = [];

    public bool HoldsChunks { get; init; }

    public TimeSpan ChunkTime { get; init; }

    public string? FailsOn { get; init; }

    public int FailsFromQuery { get; init; } = int.MaxValue;

    public static ReprocessingOrchestrationInput Plan(int batchSize, int parallelism = 5, int? expected = null) => new(
        "run-20260301-120000-000",
        ["picking_failed"],
        MaxRetries: 5,
        batchSize,
        new ReprocessingResult(Start),
        ContinuationCount: 0,
        Start,
        Start + Timeout,
        new(parallelism, ChunkSize: 100, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)))
    {
        Expected = expected,
    };

    public async Task<ReprocessingResult> RunAsync(int batchSize, int parallelism = 5)
    {
        Harness.Continuation = Plan(batchSize, parallelism, Math.Min(_size, batchSize));
        ReprocessingResult? result = null;
        while (Harness.Continuation is { } next)
        {
            (Harness.Input, Harness.Continuation) = (next, null);
            result = await ReprocessingOrchestrator.RunAsync(Harness.Context);
        }

        return result ?? throw new InvalidOperationException("The run did not begin.");
    }

    public int AttemptsOf(string orderId) => Harness.Calls.Count(
        call => call.Input is ReprocessOrdersInput input && input.Chunk.Orders.Any(order => order.OrderId == orderId));

    private DueSlice Find(DueQuery query)
    {
        Queries.Add(query);
        if (Queries.Count >= FailsFromQuery)
        {
            throw OrchestrationHarness.Failure(nameof(FindFailedOrders), "no storage");
        }

        var from = int.Parse(query.Cursor ?? "0", CultureInfo.InvariantCulture);
        var count = Math.Min(query.Limit, _size - from);
        SliceSizes.Add(count);
        var orders = Enumerable.Range(from, count).Select(number => new DueOrder($"order-{number:D4}", number));
        return new(
            count,
            [.. orders.Chunk(query.ChunkSize).Select(chunk => new DueChunk(chunk))],
            (from + count).ToString(CultureInfo.InvariantCulture));
    }

    private async Task<ReprocessingTally> ReprocessAsync(ReprocessOrdersInput input)
    {
        var ids = input.Chunk.Orders.Select(order => order.OrderId).ToList();
        if (FailsOn is { } bad && ids.Contains(bad))
        {
            throw OrchestrationHarness.Failure(nameof(ReprocessOrders), "bad chunk");
        }

        if (HoldsChunks)
        {
            var held = new TaskCompletionSource();
            Held.Enqueue(held);
            await held.Task;
        }

        Harness.Now += ChunkTime;
        Processed.AddRange(ids);
        return new(Found: ids.Count, Restarted: ids.Count);
    }
}
