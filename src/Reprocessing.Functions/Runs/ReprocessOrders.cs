using Reprocessing.Storage.Reprocessing;

namespace Reprocessing.Functions.Runs;

/// <summary>Whichever chunk of the last slice is stored last completes the run. The <paramref name="Result"/>'s found orders and stop reason are those of the whole run.</summary>
internal sealed record LastSlice(int Chunks, ReprocessingResult Result);

internal sealed record ReprocessOrdersInput(ReprocessingRule Rule, ChunkKey Chunk, IReadOnlyList<DueOrder> Orders, LastSlice? Last) : TimedInput
{
    /// <summary>The calls before have failed: what they have done is stored, and nothing more is done.</summary>
    public bool OnlyRecord { get; init; }

    /// <summary>Another call for the same chunk starts what this one restarts.</summary>
    public bool StartsLater { get; init; }
}

internal sealed record ReprocessOrdersResult(ItemTally? Tally, JobControl Control, ReprocessingResult? Completed = null);

// A chunk is decided once: if the process dies before it is stored, the next call finds by the orders' rows what this one has done; if it dies after, the next
// call only starts what was not started.
internal sealed class ReprocessOrders(
    IReprocessor reprocessor, RestartStarter starter, IJobStore jobs, RunCompletion completion, ItemLog log, TimeProvider time)
{
    [Function(nameof(ReprocessOrders))]
    public Task<ReprocessOrdersResult> RunAsync(
        [ActivityTrigger] ReprocessOrdersInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => ReprocessAsync(input, client, token), cancellationToken);

    private async Task<ReprocessOrdersResult> ReprocessAsync(ReprocessOrdersInput input, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var runId = input.Rule.RunId;
        var control = await ReadControlAsync(runId, cancellationToken);
        var items = await jobs.FindChunkAsync(runId, input.Chunk, cancellationToken);
        if (items is null && control.Demand != DesiredState.Run && !input.OnlyRecord)
        {
            return new(Tally: null, control);
        }

        var outcomes = await DecideAsync(input, items, cancellationToken);
        if (items is null)
        {
            List<ItemResult> results = [.. outcomes.Select(ItemResult.Of)];
            items = await jobs.RecordChunkAsync(runId, input.Chunk, results, cancellationToken);
            log.Write(runId, JobOperation.Reprocess, results);
        }

        var completed = input.Last is { } last
            ? await completion.TryCompleteAsync(client, input.Rule, input.Chunk, last, cancellationToken)
            : null;
        if (!input.StartsLater)
        {
            await starter.StartAllAsync(
                client, [.. outcomes.OfType<OrderOutcome.Restarted>().Select(restarted => restarted.Start).OfType<OrderStart>()], cancellationToken);
        }

        return new(items.Aggregate(ItemTally.Zero, (tally, item) => tally.Add(item.State)), control, completed);
    }

    /// <summary>Of a stored chunk only what was restarted matters: it may not have been started.</summary>
    private async Task<IReadOnlyList<OrderOutcome>> DecideAsync(
        ReprocessOrdersInput input, IReadOnlyList<JobItem>? stored, CancellationToken cancellationToken) => stored switch
        {
            not null when input.StartsLater => [],
            not null => await reprocessor.RecallChunkAsync(
                input.Rule, [.. stored.Where(item => item.State == ItemState.Started).Select(item => item.Id)], cancellationToken),
            null when input.OnlyRecord => await reprocessor.RecallChunkAsync(input.Rule, [.. input.Orders.Select(order => order.OrderId)], cancellationToken),
            null => await reprocessor.ProcessChunkAsync(input.Rule, input.Orders, cancellationToken),
        };

    /// <summary>A run that has ended, or whose record is gone, wants nothing more, whatever is left of its orchestration.</summary>
    private async Task<JobControl> ReadControlAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await jobs.GetAsync(runId, cancellationToken);
        return run is null ? new(int.MaxValue, DesiredState.Cancel, new())
            : run.State.HasEnded() ? run.Control with { Version = int.MaxValue, Demand = DesiredState.Cancel }
            : run.Control;
    }
}
