using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>A bounded batch in slices: fan-out with retries, a child a chunk, a pause and a fresh start after each slice.</summary>
internal static class BatchOrchestration
{
    internal sealed record Cursor(int Next, int Total, int Done, int Sum);

    public static DelegateExecutor Executor()
    {
        var attempts = new Dictionary<int, int>();
        return new DelegateExecutor()
            .Orchestrator("Batch", RunAsync)
            .Orchestrator("Chunk", static async context =>
            {
                var item = context.GetInput<int>();
                await context.CreateTimer(TimeSpan.FromSeconds(item % 3), CancellationToken.None);
                context.SendEvent(context.Parent!.InstanceId, "done", item);
                return await context.CallActivityAsync<int>("Square", item);
            })
            .Activity<int, int>("Square", static n => n * n)
            .Activity<int, int>("Shaky", n =>
            {
                attempts[n] = attempts.GetValueOrDefault(n) + 1;
                return n % 4 == 0 && attempts[n] < 2 ? throw new MyEx($"item {n}") : n;
            });
    }

    private static async Task<Cursor> RunAsync(TaskOrchestrationContext context)
    {
        const int Slice = 10;
        var cursor = context.GetInput<Cursor>()!;
        var items = Enumerable.Range(cursor.Next, Math.Min(Slice, cursor.Total - cursor.Next)).ToList();
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(2), 2));
        var calls = items.Select(item => context.CallActivityAsync<int>("Shaky", item, retry)).ToList();
        var children = items.Where(static item => item % 5 == 0).Select(item => context.CallSubOrchestratorAsync<int>(
            "Chunk", item, new SubOrchestrationOptions { InstanceId = $"{context.InstanceId}-{item}" })).ToList();
        var sum = (await Task.WhenAll(calls)).Sum() + (await Task.WhenAll(children)).Sum();
        foreach (var _ in children)
        {
            sum += await context.WaitForExternalEvent<int>("done", TimeSpan.FromMinutes(1));
        }

        cursor = cursor with { Next = cursor.Next + items.Count, Done = cursor.Done + items.Count, Sum = cursor.Sum + sum };
        context.SetCustomStatus(new { cursor.Done });
        if (cursor.Next == cursor.Total)
        {
            return cursor;
        }

        await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
        context.ContinueAsNew(cursor);
        return cursor;
    }
}
