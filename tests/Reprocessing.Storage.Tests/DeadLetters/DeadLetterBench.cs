namespace Reprocessing.Storage.Tests.DeadLetters;

/// <summary>Dead letters, and a job's view of them.</summary>
internal static class DeadLetterBench
{
    public static readonly AuditedAction Job = JobAct("job-1");
    private static readonly CancellationToken None = CancellationToken.None;

    public static AuditedAction JobAct(string jobId) => new("ada", "the shelf is full again") { JobId = jobId };

    /// <summary>Orders that a run moved to the queue.</summary>
    public static async Task<List<string>> AddDeadAsync(this TestStorage storage, int count, int first = 0, string status = "picking_failed")
    {
        var ids = await storage.AddFailedAsync(count, first, status);
        var rule = TestStorage.Rule($"seed-{first}", maxRetries: 0) with { FailureStatuses = [status] };
        Assert.Equal(count, (await storage.RunAsync(rule)).OfType<OrderOutcome.DeadLettered>().Count());
        return ids;
    }

    /// <summary>The orders as a plan has them.</summary>
    public static async Task<List<ItemRef>> ItemsAsync(this TestStorage storage, IReadOnlyList<string> ids, int attempt = 1)
    {
        var found = await storage.DeadLetters.FindAsync(ids, None);
        return [.. ids.Zip(found).Select(pair => new ItemRef(pair.First, pair.Second?.Entry?.Stamp ?? string.Empty) { Attempt = attempt })];
    }

    public static Task<IReadOnlyList<CommandResult>> RequeueAsync(
        this TestStorage storage, IReadOnlyList<ItemRef> items, string jobId = "job-1", bool force = false, DateTimeOffset? holdUntil = null) =>
        storage.Commands.HandleAsync(new RequeueCommand(JobAct(jobId), force) { HoldUntil = holdUntil }, items, None);

    public static async Task<DeadLetterEntry> EntryAsync(this TestStorage storage, string orderId) =>
        (await storage.DeadLetters.GetAsync(orderId, None))?.Entry ?? throw new InvalidOperationException($"No dead letter of {orderId}.");

    public static string Tell(IEnumerable<CommandResult> items) => string.Join('\n', items.Select(item =>
        $"{item.Result.Id} {item.Result.State} {item.Result.Reason} {item.Result.WorkflowId} {item.Result.Fingerprint} {item.Start?.WorkflowId}"));
}
