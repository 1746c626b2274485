using Reprocessing.Domain.Decisions;
using Reprocessing.Storage.Due;
using Reprocessing.Storage.Reprocessing;

namespace ReprocessingFunctions.Runs;

/// <summary>
/// What a run brings to the bulk machine: the oldest due orders, restarted or dead-lettered. What is decided is stored before
/// anything is started; a start that does not succeed stays among the pending ones for the next run. Nothing is reserved: the rows
/// that a run touches carry its id, and whoever is quicker with an order has it.
/// </summary>
internal sealed class RunJob(IDueOrders due, IReprocessor reprocessor, RestartStarter starter) : IJobKind
{
    private const string Permanent = "p";

    public JobOperation Operation => JobOperation.Reprocess;

    public ItemAttempts Attempts(string? options) => ItemAttempts.Once;

    public async Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken)
    {
        var slice = await due.QueryAsync(
            new(RunJobOptions.Rule(request.JobId, request.Options), request.Limit, request.ChunkSize, request.Cursor), cancellationToken);
        return new(slice.Count, [.. slice.Chunks.Select(chunk => new ItemChunk([.. chunk.Orders.Select(Write)]))], slice.Cursor);
    }

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var outcomes = await reprocessor.ProcessChunkAsync(
            RunJobOptions.Rule(request.JobId, request.Options), [.. request.Items.Select(Read)], cancellationToken);
        var starts = outcomes.OfType<OrderOutcome.Restarted>().Select(restarted => restarted.Start).OfType<OrderStart>();
        await starter.StartAllAsync(client, [.. starts], cancellationToken);
        return [.. outcomes.Select(ItemResult.Of)];
    }

    /// <summary>A run waits for no outcome.</summary>
    public Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) => Untouched(request);

    public Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken) => Untouched(request);

    private static Task<IReadOnlyList<ItemResult>> Untouched(ProcessRequest request) =>
        Task.FromResult<IReadOnlyList<ItemResult>>([.. request.Items.Select(item => new ItemResult(item.Id, ItemState.Pending))]);

    private static ItemRef Write(DueOrder order) =>
        new(order.OrderId, order.DueTicks.ToString(CultureInfo.InvariantCulture) + (order.IsPermanent ? Permanent : string.Empty));

    private static DueOrder Read(ItemRef item)
    {
        var isPermanent = item.ExpectedVersion.EndsWith(Permanent, StringComparison.Ordinal);
        var ticks = isPermanent ? item.ExpectedVersion.AsSpan()[..^Permanent.Length] : item.ExpectedVersion;
        return new(item.Id, long.Parse(ticks, NumberStyles.None, CultureInfo.InvariantCulture), isPermanent);
    }
}

/// <summary>What a run goes by, as the options of its job.</summary>
internal sealed record RunJobOptions(int MaxRetries, IReadOnlyList<string> FailureStatuses)
{
    public static string Write(RunJobOptions options) => JsonSerializer.Serialize(options, AppJson.Worker);

    public static ReprocessingRule Rule(string runId, string? options)
    {
        var read = JsonSerializer.Deserialize<RunJobOptions>(options ?? "{}", AppJson.Worker)
            ?? throw new ArgumentException($"Run {runId} has no options.", nameof(options));
        return new(runId, read.MaxRetries, read.FailureStatuses);
    }
}
