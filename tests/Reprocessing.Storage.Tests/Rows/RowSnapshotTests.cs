namespace Reprocessing.Storage.Tests.Rows;

/// <summary>
/// All rows of an order's life, as stored. They outlive versions: a difference here is a migration, and the snapshot is
/// changed only together with code that reads the old shape.
/// </summary>
[Collection(AzuriteTests.Name)]
public sealed class RowSnapshotTests(AzuriteFixture azurite)
{
    private const string First = "order-fulfillment-ORD-1";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Rows_of_every_state_are_frozen()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await CreateAsync(storage, "ORD-1", failures: 0);
        await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None);
        await storage.FinishStageAsync("ORD-1", First, Stage.Validate);
        await CreateAsync(storage, "ORD-2", failures: 1);
        await CreateAsync(storage, "ORD-3", failures: 1);
        await storage.RunAsync(TestStorage.Rule("run-0") with { FailureStatuses = ["picking_failed"] });
        await CreateAsync(storage, "ORD-4", failures: 1);
        await storage.RunAsync(TestStorage.Rule("run-1", maxRetries: 0));
        await CreateAsync(storage, "ORD-5", failures: 1);
        await storage.Orders.CreateAsync(
            new(TestStorage.Input("ORD-6")) { Failure = new(TestStorage.Report("ORD-6", status: "validation_failed"), RetryStrategy.Default) }, None);

        await Snapshot.MatchesAsync("Orders.txt", await storage.DumpAsync());
    }

    [Fact]
    public async Task Rows_of_results_are_frozen()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var result = new ReprocessingResult(ManualTime.Start).Add(new ItemTally(10, 0, 3, 2, 1, Started: 4))
            .Complete(ManualTime.Start.AddMinutes(1), StopReason.CapReached);
        var run = SampleJobs.Run(SampleJobs.RunId(0)) with
        {
            State = JobState.CompletedWithFailures,
            EndedAt = ManualTime.Start.AddMinutes(1),
            Tally = result.Tally,
            Run = new("timer", 10, result) { Expected = 10, Alerts = [new(AlertKind.Errors, Holds: true, 0.2, 0.05, "too many")] },
        };
        await storage.Jobs.CreateRunAsync(run, None);
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(-900)), None);
        await storage.Jobs.RecordChunkAsync(
            run.JobId,
            new(1, 0, 3),
            [SampleJobs.Started("ORD-1"), new("ORD-2", ItemState.DeadLettered), new("ORD-3", ItemState.Skipped, "leased"), new("ORD-4", ItemState.Failed, "processing_failed", "broken")],
            None);
        await storage.Results.SaveSkippedTickAsync(new(ManualTime.Start, TickSkipReason.AlreadyRunning), None);

        await Snapshot.MatchesAsync("Results.txt", await storage.DumpAsync(storage.Tables.Results) + await storage.DumpAsync(storage.Tables.Jobs));
    }

    [Fact]
    public async Task Rows_of_workflows_are_frozen()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.Workflows.RecordAsync(
            [
                new("order-fulfillment-A|1-retry-1", WorkflowTypes.OrderFulfillment, WorkflowStatus.Failed, ManualTime.Start)
                {
                    CloseTime = ManualTime.Start.AddMinutes(1),
                    OrderId = "A|1",
                    OrderStatus = "picking_failed",
                    CustomerId = "CUST-7",
                    RetryCount = 1,
                    Generation = 2,
                    PreviousInstance = "order-fulfillment-A|1",
                    NextInstance = "order-fulfillment-A|1-retry-2",
                    Version = 3,
                },
                new("loyalty-7", "LoyaltyProgram", WorkflowStatus.Running, ManualTime.Start)
                {
                    Continuations = 4,
                    OriginalInput = "{}",
                    ResetReason = "asked",
                    ResetJobId = "job-1",
                    Version = ManualTime.Start.UtcTicks,
                    Revision = 1,
                },
            ],
            None);

        await Snapshot.MatchesAsync("Workflows.txt", await storage.DumpAsync(storage.Tables.Workflows));
    }

    [Fact]
    public async Task Record_with_members_that_a_later_version_added_is_read()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await CreateAsync(storage, "ORD-1", failures: 1);
        foreach (var row in (await storage.RowsAsync()).Where(row => row.ContainsKey("Data")))
        {
            row["Data"] = row.GetString("Data")!.Insert(1, "\"ofTheFuture\":{\"a\":1},");
            await storage.Tables.Orders.UpdateEntityAsync(row, row.ETag);
        }

        Assert.Single((await storage.RunAsync(TestStorage.Rule())).OfType<OrderOutcome.Restarted>());
    }

    private static async Task CreateAsync(TestStorage storage, string orderId, int failures)
    {
        var input = TestStorage.Input(orderId) with { Extension = new() { ["customer"] = JsonSerializer.SerializeToElement(new { tier = "gold" }) } };
        await storage.Orders.CreateAsync(new(input), None);
        for (var failure = 0; failure < failures; failure++)
        {
            await storage.FailAgainAsync(orderId);
        }
    }
}
