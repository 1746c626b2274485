namespace Reprocessing.Storage.Tests.Crashes;

/// <summary>
/// Orders fail, are restarted, begin, fail again or complete while the process dies at random calls and each operation is
/// asked for again, as the task hub does. What the runs reported must be what the orders went through: no retry burnt twice,
/// no order lost.
/// </summary>
[Collection(AzuriteTests.Name)]
public sealed class RandomCrashTests(AzuriteFixture azurite)
{
    private const int MaxRetries = 2;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Orders_go_through_exactly_what_the_runs_report(int seed)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 2);
        var ids = await storage.AddFailedAsync(24);
        var chance = new Random(seed);
        var restarts = ids.ToDictionary(id => id, _ => 0);
        var deadLetters = new HashSet<string>();

        for (var run = 1; run <= 6; run++)
        {
            storage.Time.Advance(TimeSpan.FromMinutes(15));
            await RunAsync(storage, chance, TestStorage.Rule($"run-{run}", MaxRetries), restarts, deadLetters);
            await WorkAsync(storage, chance);
            await Consistency.CheckAsync(storage);
        }

        foreach (var id in ids)
        {
            var order = await storage.GetAsync(id);
            Assert.Equal(restarts[id], order.Attempts.Count - 1);
            Assert.Equal(deadLetters.Contains(id), order.Phase == OrderPhase.DeadLetter);
            Assert.True(order.Phase is OrderPhase.DeadLetter or OrderPhase.Completed, $"{id} is {order.Status}.");
            Assert.InRange(restarts[id], order.Phase == OrderPhase.DeadLetter ? MaxRetries : 1, MaxRetries);
        }

        Assert.NotEmpty(deadLetters);
        Assert.NotEqual(ids.Count, deadLetters.Count);
    }

    private static async Task RunAsync(
        TestStorage storage, Random chance, ReprocessingRule rule, Dictionary<string, int> restarts, HashSet<string> deadLetters)
    {
        string? cursor = null;
        HashSet<string> touched = [];
        while (true)
        {
            var slice = await UntilDoneAsync(storage, chance, () => storage.QueryAsync(rule, limit: 10, chunkSize: 4, cursor));
            foreach (var chunk in slice.Chunks)
            {
                var outcomes = await UntilDoneAsync(
                    storage, chance, () => storage.OtherProcess().ProcessChunkAsync(rule, chunk.Orders, None));
                Assert.Equal(new ItemTally(chunk.Orders.Count), ItemTally.Of(outcomes.Select(ItemResult.Of)) with { Started = 0, DeadLettered = 0 });
                foreach (var outcome in outcomes)
                {
                    Assert.True(touched.Add(outcome.OrderId), $"{outcome.OrderId} came twice in {rule.RunId}.");
                    restarts[outcome.OrderId] += outcome is OrderOutcome.Restarted ? 1 : 0;
                    Assert.True(outcome is not OrderOutcome.DeadLettered || deadLetters.Add(outcome.OrderId));
                }
            }

            if (slice.Count < 10)
            {
                return;
            }

            cursor = slice.Cursor;
        }
    }

    /// <summary>All workflows that were decided on begin, and end one way or the other.</summary>
    private static async Task WorkAsync(TestStorage storage, Random chance)
    {
        var starts = await UntilDoneAsync(storage, chance, () => storage.Starts.ReadAsync(storage.Time.Now.AddSeconds(1), None).ToListAsync().AsTask());
        foreach (var start in starts)
        {
            await UntilDoneAsync(storage, chance, () => storage.Orders.BeginExternalAsync(start.OrderId, start.WorkflowId, RestartPoint.Beginning, None));
            var succeeds = chance.Next(3) == 0;
            await UntilDoneAsync(storage, chance, () => succeeds
                ? storage.Orders.CompleteAsync(start.OrderId, start.WorkflowId, None)
                : storage.Orders.RecordFailureAsync(
                    TestStorage.Report(start.OrderId, start.WorkflowId, failedAt: storage.Time.Now), RetryStrategy.Immediate, None));
        }
    }

    private static async Task<T> UntilDoneAsync<T>(TestStorage storage, Random chance, Func<Task<T>> act)
    {
        while (true)
        {
            storage.Faults.Spoil(chance.Next(1, 8), (FaultMode)chance.Next(3));
            try
            {
                var answer = await act();
                storage.Faults.Reset();
                return answer;
            }
            catch (CrashException)
            {
                // Died; the task hub asks again.
            }
        }
    }
}
