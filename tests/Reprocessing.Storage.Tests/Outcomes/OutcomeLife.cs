namespace Reprocessing.Storage.Tests.Outcomes;

/// <summary>What leads to outcomes: runs that restart and record, workflows that end, jobs that take dead letters up.</summary>
internal static class OutcomeLife
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>One run over all that is due, its items recorded.</summary>
    public static async Task RunAsync(TestStorage storage, string runId, int maxRetries = 5)
    {
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(runId), None);
        storage.Time.Advance(TimeSpan.FromSeconds(1));
        var outcomes = await storage.RunAsync(TestStorage.Rule(runId, maxRetries));
        await storage.Jobs.RecordChunkAsync(runId, new(1, 0, 0), [.. outcomes.Select(ItemResult.Of)], None);
    }

    /// <summary>What a job does to a dead letter, as far as outcomes see it.</summary>
    public static async Task RequeueAsync(TestStorage storage, string orderId, string jobId)
    {
        var stored = (await OrderReader.ReadAsync(storage.Tables, orderId, withInput: true, None))!;
        var order = stored.Order;
        Assert.Equal(OrderPhase.DeadLetter, order.Phase);
        var (now, generation) = (storage.Time.Now, order.Generation + 1);
        var workflowId = WorkflowIds.For(orderId, generation, 0);
        var taken = order with
        {
            Phase = OrderPhase.PendingRetry,
            Generation = generation,
            RetryCount = 0,
            Failure = null,
            WorkflowId = workflowId,
            StartDecidedAt = now,
            UpdatedAt = now,
            Version = order.Version + 1,
            EventCount = order.EventCount + 1,
            Attempts = [.. order.Attempts, new(0, generation, workflowId, now) { RunId = jobId }],
        };
        var told = new TimelineEvent(order.EventCount, now, TimelineEventKind.Restarted) { RunId = jobId, WorkflowId = workflowId };
        var change = new OrderChange(storage.Tables.PartitionOf(orderId), stored, taken, [told], stored.InputText);
        await storage.Tables.Orders.SubmitTransactionAsync(change.Actions());
    }

    public static async Task FailAsync(TestStorage storage, string orderId, string reason = "no picker")
    {
        var workflowId = await BeginAsync(storage, orderId);
        var report = TestStorage.Report(orderId, workflowId, failedAt: storage.Time.Now) with { Reason = reason };
        Assert.IsNotType<ChangeOutcome.Refused>(await storage.Orders.RecordFailureAsync(report, RetryStrategy.Immediate, None));
    }

    public static async Task CompleteAsync(TestStorage storage, string orderId)
    {
        var workflowId = await BeginAsync(storage, orderId);
        Assert.IsNotType<ChangeOutcome.Refused>(await storage.Orders.CompleteAsync(orderId, workflowId, None));
    }

    public static async Task<List<string>> NotesAsync(TestStorage storage) =>
        [.. (await storage.RowsAsync()).Select(row => row.RowKey).Where(key => key.StartsWith("n|", StringComparison.Ordinal))];

    /// <summary>The counters must be what the items say.</summary>
    public static async Task<OutcomeCounts> CheckedCountsAsync(TestStorage storage, string jobId)
    {
        var items = (await SampleJobs.ReadItemsAsync(storage, jobId)).Values;
        int Of(BusinessOutcome outcome) => items.Count(item => item.Outcome == outcome);
        var counts = await storage.Jobs.GetOutcomesAsync(jobId, None);
        Assert.Equal(
            new(
                Of(BusinessOutcome.Running),
                Of(BusinessOutcome.Succeeded),
                Of(BusinessOutcome.FailedSame),
                Of(BusinessOutcome.FailedNew),
                Of(BusinessOutcome.DeadLetteredAgain),
                Of(BusinessOutcome.Cancelled)),
            counts);
        return counts;
    }

    private static async Task<string> BeginAsync(TestStorage storage, string orderId)
    {
        var workflowId = (await storage.GetAsync(orderId)).WorkflowId!;
        Assert.True(await storage.Orders.BeginExternalAsync(orderId, workflowId, RestartPoint.Beginning, None) is ChangeOutcome.Changed or ChangeOutcome.Unchanged);
        return workflowId;
    }
}
