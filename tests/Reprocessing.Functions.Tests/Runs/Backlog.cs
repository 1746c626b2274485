using System.Globalization;
using Reprocessing.Storage.Due;

namespace Reprocessing.Functions.Tests.Runs;

/// <summary>Failed orders, and the activities of a run over them; drives the run's orchestrator through its continuations.</summary>
internal sealed class Backlog
{
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    private readonly int _size;
    private readonly Dictionary<ChunkKey, ItemTally> _stored = [];

    public Backlog(int size, TimeSpan chunkTime = default, DateTimeOffset? now = null)
    {
        _size = size;
        Engine = new OrchestrationSimulation((now ?? Start).UtcDateTime)
            .Event<JsonElement?>()
            .Activity<QueryFailedOrdersInput, DueSlice>(nameof(QueryFailedOrders), TimeSpan.Zero, Find)
            .Activity<ReprocessOrdersInput, ReprocessOrdersResult>(nameof(ReprocessOrders), chunkTime, Process)
            .Activity<string, JobControl>(nameof(ReadJobControl), TimeSpan.Zero, _ => Control);
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public OrchestrationSimulation Engine { get; }

    /// <summary>As it stands in the run's record.</summary>
    public JobControl Control { get; private set; } = new(1, DesiredState.Run, new Pace());

    public List<QueryFailedOrdersInput> Queries { get; } = [];

    public List<int> SliceSizes { get; } = [];

    public List<string> Processed { get; } = [];

    public List<ReprocessOrdersInput> Calls { get; } = [];

    public List<(DateTime At, int Orders)> Begun { get; } = [];

    /// <summary>Calls that only start what a chunk has restarted.</summary>
    public List<(DateTime At, ChunkKey Chunk)> Starts { get; } = [];

    public string? FailsOn { get; init; }

    /// <summary>Nor can be stored what became of its chunk.</summary>
    public bool FailsForGood { get; init; }

    public int FailsFromQuery { get; init; } = int.MaxValue;

    public IReadOnlyList<RunStatus> Statuses => [.. Engine.Statuses.Cast<RunStatus>()];

    public static ReprocessingInput Plan(int batchSize, int parallelism = 5, int? expected = null) => new(
        "run-20260301-120000-000",
        ["picking_failed"],
        MaxRetries: 5,
        batchSize,
        new ReprocessingResult(Start),
        ContinuationCount: 0,
        Deadline: Start + Timeout,
        new(ChunkSize: 100),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(3),
        new(1, DesiredState.Run, new(parallelism)))
    {
        Expected = expected,
    };

    public Task<ReprocessingResult> RunAsync(int batchSize, int parallelism = 5) => RunAsync(Plan(batchSize, parallelism, Math.Min(_size, batchSize)));

    public Task<ReprocessingResult> RunAsync(ReprocessingInput plan)
    {
        Control = plan.Control;
        return Engine.RunAsync<ReprocessingInput, ReprocessingResult>(plan, ReprocessingOrchestrator.RunAsync);
    }

    /// <summary>An operator changes the run's record at a moment; the event may get lost.</summary>
    public void Operate(TimeSpan at, DesiredState demand, Pace? pace = null, bool isHeard = true) => Engine.At(at, () =>
    {
        Control = new(Control.Version + 1, demand, pace ?? Control.Pace);
        if (isHeard)
        {
            Engine.Raise(Control);
        }
    });

    public int AttemptsOf(string orderId) => Calls.Count(call => !call.OnlyRecord && call.Orders.Any(order => order.OrderId == orderId));

    private DueSlice Find(QueryFailedOrdersInput query)
    {
        Queries.Add(query);
        if (Queries.Count >= FailsFromQuery)
        {
            throw OrchestrationHarness.Failure(nameof(QueryFailedOrders), "no storage");
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

    private ReprocessOrdersResult Process(ReprocessOrdersInput input)
    {
        if (input.Orders.Count == 0)
        {
            Starts.Add((Engine.Now, input.Chunk));
            return new(_stored[input.Chunk], Control);
        }

        Calls.Add(input);
        var ids = input.Orders.Select(order => order.OrderId).ToList();
        var isBad = FailsOn is { } bad && ids.Contains(bad);
        if (isBad && (FailsForGood || !input.OnlyRecord))
        {
            throw OrchestrationHarness.Failure(nameof(ReprocessOrders), "bad chunk");
        }

        if (Control.Demand != DesiredState.Run && !input.OnlyRecord)
        {
            return new(Tally: null, Control);
        }

        Begun.Add((Engine.Now, ids.Count));
        var tally = isBad ? new ItemTally(ids.Count, Failed: ids.Count) : new ItemTally(ids.Count, Started: ids.Count);
        _stored[input.Chunk] = tally;
        Processed.AddRange(isBad ? [] : ids);
        return new(tally, Control, Completed(input));
    }

    private ReprocessingResult? Completed(ReprocessOrdersInput input)
    {
        var all = _stored.Values.Aggregate(ItemTally.Zero, (sum, tally) => sum.Add(tally));
        return input.Last is { } last
            && last.Result.FoundCount == all.Found
            && last.Chunks == _stored.Keys.Count(chunk => chunk with { Chunk = 0 } == input.Chunk with { Chunk = 0 })
                ? last.Result.With(all) with { CompletedAt = new(Engine.Now, TimeSpan.Zero) }
                : null;
    }
}
