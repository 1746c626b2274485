using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Due;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Runs;

/// <summary>
/// Works a run off in slices of at most a thousand orders, one slice a generation, so that the history stays small however
/// large the run is. A query that keeps failing fails the instance; what was done until then is in its custom status.
/// </summary>
internal static class ReprocessingOrchestrator
{
    [Function(nameof(ReprocessingOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ReprocessingOrchestrationInput>()
            ?? throw new ArgumentException($"{nameof(ReprocessingOrchestrator)} needs an input.");
        var result = input.AccumulatedResult with { ContinuationCount = input.ContinuationCount };
        SetStatus(context, input, result);
        if (IsOver(context, input))
        {
            return result.Complete(Now(context), StopReason.Deadline);
        }

        var size = SlicePlan.Size(input.BatchSize, result.FoundCount);
        var slice = await context.CallTimedAsync<DueSlice>(
            nameof(FindFailedOrders),
            new DueQuery(input.Rule, size, input.Limits.ChunkSize, input.Cursor),
            new ActivityPolicy(input.Limits.QueryTimeout));
        var waiting = new Queue<DueChunk>(slice.Chunks);
        result = await ProcessAsync(context, input, waiting, result);
        if (waiting.Count > 0)
        {
            return result.Complete(Now(context), StopReason.Deadline);
        }

        if (SlicePlan.End(size, slice.Count, result.FoundCount, input.BatchSize) is SliceEnd.Stop end)
        {
            return result.Complete(Now(context), end.Reason);
        }

        context.ContinueAsNew(input with
        {
            AccumulatedResult = result,
            ContinuationCount = input.ContinuationCount + 1,
            Cursor = slice.Cursor,
        });
        return result;
    }

    /// <summary>Takes chunks off the queue, so many at once as the run may; those that the deadline overtakes stay in it.</summary>
    private static async Task<ReprocessingResult> ProcessAsync(
        TaskOrchestrationContext context, ReprocessingOrchestrationInput input, Queue<DueChunk> waiting, ReprocessingResult result)
    {
        var running = new List<Task<ReprocessingTally>>();
        while (true)
        {
            while (running.Count < input.Limits.Parallelism && !IsOver(context, input) && waiting.TryDequeue(out var chunk))
            {
                running.Add(ProcessChunkAsync(context, input, chunk));
            }

            if (running.Count == 0)
            {
                return result;
            }

            var done = await Task.WhenAny(running);
            running.Remove(done);
            result = result.Add(await done);
            SetStatus(context, input, result);
        }
    }

    private static async Task<ReprocessingTally> ProcessChunkAsync(
        TaskOrchestrationContext context, ReprocessingOrchestrationInput input, DueChunk chunk)
    {
        try
        {
            return await context.CallTimedAsync<ReprocessingTally>(
                nameof(ReprocessOrders), new ReprocessOrdersInput(input.Rule, chunk), new ActivityPolicy(input.Limits.ProcessTimeout));
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            // Orders that cannot be processed never stop a run; the next one finds them again.
            context.CreateReplaySafeLogger(nameof(ReprocessingOrchestrator)).ChunkFailed(input.RunId, chunk.Orders.Count, e.Message);
            return new(Found: chunk.Orders.Count, Errors: chunk.Orders.Count);
        }
    }

    private static bool IsOver(TaskOrchestrationContext context, ReprocessingOrchestrationInput input) => Now(context) >= input.Deadline;

    private static void SetStatus(TaskOrchestrationContext context, ReprocessingOrchestrationInput input, ReprocessingResult result) =>
        context.SetCustomStatus(RunStatus.Of(input, RunPhase.Running, result, Now(context)));

    private static DateTimeOffset Now(TaskOrchestrationContext context) => new(context.CurrentUtcDateTime, TimeSpan.Zero);
}
