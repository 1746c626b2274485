using Reprocessing.Storage.Due;
using Reprocessing.Storage.Reprocessing;
using Reprocessing.Storage.Results;

namespace Reprocessing.Functions.Tests.Runs;

/// <summary>A run's activity on chunks of its orders, with all that it needs.</summary>
internal static class ChunkBench
{
    public const string RunId = "run-20260301-120000-000";

    public static ReprocessOrdersInput Input(params string[] orderIds) => new(
        new(RunId, 5, ["picking_failed"]), new(Attempt: 1, Slice: 0, Chunk: 0), [.. orderIds.Select(id => new DueOrder(id, 1))], Last: null);

    public static OrderStart Start(string orderId) =>
        new(orderId, $"order-fulfillment-{orderId}-retry-1", 1, 0, new OrderInput(orderId, "C", [new("S", 1, 1)]));

    public static FakeJobStore JobsOfOneRun()
    {
        var jobs = new FakeJobStore();
        jobs[RunId] = SampleJobs.Job(RunId) with { CreatedAt = Backlog.Start, Run = new("http", 100, new ReprocessingResult(Backlog.Start)) };
        return jobs;
    }

    public static OrderWorkflowTarget Target() => new(Options.Create(new FulfillmentOptions()), Options.Create(new RestartOptions()));

    public static RestartStarter Starter() => new(
        Target(),
        Options.Create(new ReprocessingOptions()),
        new MeterReader().Metrics,
        NullLogger<RestartStarter>.Instance);

    public static ReprocessOrders Activity(FakeJobStore jobs, IReprocessor reprocessor, RestartStarter starter)
    {
        var results = new Mock<IResultStore>();
        results.Setup(store => store.ListAsync(It.IsAny<int>(), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<JobRecord>([], null));
        var meters = new MeterReader();
        var completion = new RunCompletion(
            jobs.Store,
            new(jobs.Store),
            results.Object,
            new(Mock.Of<IDueOrders>(), meters.States, NullLogger<DueCount>.Instance),
            Options.Create(new AlertThresholds()),
            AlertBench.Quiet,
            Mock.Of<IAuditLog>(),
            meters.Metrics,
            TimeProvider.System,
            NullLogger<RunCompletion>.Instance);
        return new(reprocessor, starter, jobs.Store, completion, new(meters.Metrics, NullLogger<ItemLog>.Instance), TimeProvider.System);
    }
}
