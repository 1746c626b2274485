namespace Reprocessing.Storage.Tests.Outcomes;

[Collection(AzuriteTests.Name)]
public sealed class OutcomeCrashTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Folding_that_dies_at_any_call_is_finished_by_the_next_and_counts_once()
    {
        foreach (var mode in Enum.GetValues<FaultMode>())
        {
            for (var call = 1; await StrikeAsync(call, mode); call++)
            {
            }
        }
    }

    /// <summary>Orders live on while everything dies at random: what the counters say is what the orders went through.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Counters_are_the_truth_whatever_happens(int seed)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 2);
        var ids = await storage.AddFailedAsync(12);
        var chance = new Random(seed);
        var expected = new Dictionary<string, List<BusinessOutcome>>();
        for (var run = 1; run <= 4; run++)
        {
            var runId = SampleJobs.RunId(run);
            await OutcomeLife.RunAsync(storage, runId);
            expected[runId] = [];
            foreach (var id in ids)
            {
                var order = await storage.GetAsync(id);
                if (order.Phase != OrderPhase.PendingRetry)
                {
                    continue;
                }

                var outcome = await EndAsync(storage, chance, id);
                expected[runId].Add(outcome);
                if (chance.Next(3) == 0)
                {
                    await FoldAsync(storage, chance);
                }
            }
        }

        await storage.Outcomes.ProjectAsync(None);

        foreach (var (runId, outcomes) in expected)
        {
            var counts = await OutcomeLife.CheckedCountsAsync(storage, runId);
            Assert.Equal(
                (outcomes.Count(one => one == BusinessOutcome.Succeeded), outcomes.Count(one => one == BusinessOutcome.FailedSame), outcomes.Count(one => one == BusinessOutcome.FailedNew)),
                (counts.Succeeded, counts.FailedSame, counts.FailedNew));
            Assert.Equal(0, counts.Running);
        }

        Assert.Empty(await OutcomeLife.NotesAsync(storage));
    }

    private static async Task<BusinessOutcome> EndAsync(TestStorage storage, Random chance, string id)
    {
        var found = (await storage.GetAsync(id)).Attempts[^2].Failure!.Reason;
        var reason = chance.Next(2) == 0 ? found : found + "!";
        if (chance.Next(4) == 0)
        {
            await OutcomeLife.CompleteAsync(storage, id);
            return BusinessOutcome.Succeeded;
        }

        await OutcomeLife.FailAsync(storage, id, reason);
        return reason == found ? BusinessOutcome.FailedSame : BusinessOutcome.FailedNew;
    }

    private static async Task FoldAsync(TestStorage storage, Random chance)
    {
        storage.Faults.Spoil(chance.Next(1, 9), (FaultMode)chance.Next(3));
        try
        {
            await Task.WhenAll(storage.Outcomes.ProjectAsync(None), storage.Outcomes.ProjectAsync(None));
        }
        catch (CrashException)
        {
            // Died; the next projection goes on.
        }

        storage.Faults.Reset();
    }

    /// <returns>False when the projection ended before so many calls.</returns>
    private async Task<bool> StrikeAsync(int call, FaultMode mode)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 2);
        var ids = await storage.AddFailedAsync(6);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        await OutcomeLife.FailAsync(storage, ids[0]);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(2));
        foreach (var id in ids[..4])
        {
            await OutcomeLife.CompleteAsync(storage, id);
        }

        storage.Faults.Spoil(call, mode);
        try
        {
            await storage.Outcomes.ProjectAsync(None);
            Assert.True(!storage.Faults.HasStruck || mode == FaultMode.AnswerLost, "The crash was caught.");
        }
        catch (CrashException)
        {
            Assert.NotEqual(FaultMode.AnswerLost, mode);
        }

        var hasStruck = storage.Faults.HasStruck;
        storage.Faults.Reset();
        await storage.Outcomes.ProjectAsync(None);
        Assert.Equal(new(Running: 2, Succeeded: 3, FailedSame: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));
        Assert.Equal(new(Succeeded: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(2)));
        Assert.Empty(await OutcomeLife.NotesAsync(storage));
        return hasStruck;
    }
}
