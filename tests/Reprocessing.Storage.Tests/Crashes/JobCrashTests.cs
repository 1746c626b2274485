namespace Reprocessing.Storage.Tests.Crashes;

/// <summary>Each step of a job's storage dies at each of its calls, in each way, and is asked for again.</summary>
[Collection(AzuriteTests.Name)]
public sealed class JobCrashTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public Task Plan_survives() => SurvivesAsync(
        _ => Task.CompletedTask,
        async storage =>
        {
            await storage.Plans.AddItemsAsync(SampleJobs.PlanId, SampleJobs.Items(120), None);
            await storage.Plans.CreateAsync(SampleJobs.Plan(), None);
        });

    [Fact]
    public Task Apply_survives() => SurvivesAsync(
        storage => storage.Plans.CreateAsync(SampleJobs.Plan(), None),
        async storage => Assert.IsType<ApplyOutcome.Applied>(await storage.Plans.ApplyAsync(SampleJobs.PlanId, SampleJobs.Job(), None)));

    [Fact]
    public Task Run_survives() => SurvivesAsync(
        _ => Task.CompletedTask,
        storage => storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)), None));

    [Fact]
    public Task Results_of_a_plan_survive() => SurvivesAsync(
        storage => SampleJobs.ApplyAsync(storage, items: 120),
        storage => storage.Jobs.RecordAsync(SampleJobs.JobId, [.. SampleJobs.Items(120).Select(item => SampleJobs.Started(item.Id))], None));

    [Fact]
    public Task Results_of_a_run_survive() => SurvivesAsync(
        storage => storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)), None),
        storage => storage.Jobs.RecordChunkAsync(
            SampleJobs.RunId(1), new(1, 0, 0), [.. SampleJobs.Items(100).Select(item => SampleJobs.Started(item.Id))], None));

    private async Task SurvivesAsync(Func<TestStorage, Task> prepare, Func<TestStorage, Task> act)
    {
        var undisturbed = await TestStorage.CreateAsync(azurite);
        await prepare(undisturbed);
        await act(undisturbed);
        var rows = await DumpAsync(undisturbed);
        foreach (var mode in Enum.GetValues<FaultMode>())
        {
            var call = 1;
            while (await StrikeAsync(prepare, act, (call, mode), rows))
            {
                call++;
            }

            Assert.True(call > 1, "No call was spoilt.");
        }
    }

    /// <returns>False when the operation ended before so many calls.</returns>
    private async Task<bool> StrikeAsync(
        Func<TestStorage, Task> prepare, Func<TestStorage, Task> act, (int Call, FaultMode Mode) fault, string rows)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await prepare(storage);
        storage.Faults.Spoil(fault.Call, fault.Mode);
        try
        {
            await act(storage);
            Assert.True(!storage.Faults.HasStruck || fault.Mode == FaultMode.AnswerLost, "The crash was caught.");
        }
        catch (CrashException)
        {
            Assert.NotEqual(FaultMode.AnswerLost, fault.Mode);
        }

        var hasStruck = storage.Faults.HasStruck;
        storage.Faults.Reset();
        await act(storage);
        Assert.Equal(rows, await DumpAsync(storage));
        return hasStruck;
    }

    private static async Task<string> DumpAsync(TestStorage storage) =>
        await storage.DumpAsync(storage.Tables.Jobs) + await storage.DumpAsync(storage.Tables.Results);
}
