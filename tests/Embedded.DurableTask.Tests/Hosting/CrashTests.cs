using Azure.Data.Tables;
using Azurite.Testing;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>
/// The process dies at each call of its store in turn, before the call and after it, and the next host finishes with the same
/// answer: nothing lost, nothing doubled, nothing left over.
/// </summary>
public sealed class CrashTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Buckets = 2;

    [Theory]
    [InlineData("work", false)]
    [InlineData("work", true)]
    [InlineData("events", false)]
    [InlineData("events", true)]
    [InlineData("senders", false)]
    [InlineData("senders", true)]
    [InlineData("ends", false)]
    [InlineData("ends", true)]
    public async Task Any_crash_ends_in_the_same_answer(string scenario, bool afterTheCall)
    {
        var call = 0;
        while (await SurvivesAsync(scenario, new InMemoryTaskHubStore(Buckets), call, afterTheCall ? Fault.After : Fault.Before))
        {
            call++;
        }

        Assert.True(call > 15, $"The run made only {call} calls.");
    }

    [Theory]
    [InlineData("work", 9, false)]
    [InlineData("work", 17, true)]
    [InlineData("events", 14, true)]
    [InlineData("events", 19, false)]
    [InlineData("senders", 12, true)]
    [InlineData("senders", 15, false)]
    public async Task Crashes_on_real_storage_end_in_the_same_answer(string scenario, int call, bool afterTheCall)
    {
        var store = new TableTaskHubStore(new TableServiceClient(azurite.ConnectionString), AzuriteFixture.NewName("Hub"), Buckets);

        Assert.True(await SurvivesAsync(scenario, store, call, afterTheCall ? Fault.After : Fault.Before));
    }

    [Theory]
    [InlineData("work")]
    [InlineData("events")]
    [InlineData("senders")]
    public async Task A_store_that_fails_at_every_third_call_changes_nothing_but_the_time_it_takes(string scenario)
    {
        var stored = new InMemoryTaskHubStore(Buckets);
        var faulty = new FaultyStore(stored, static call => (call % 6) switch { 1 => Fault.Before, 4 => Fault.After, _ => Fault.None });
        var executor = CrashScenarios.Executor();
        await using var driver = new CrashDriver(faulty, executor, static _ => Fault.None);
        var start = driver.StartAsync();
        await AdvanceUntilAsync(driver, start);

        var run = CrashScenarios.RunAsync(scenario, driver);
        await AdvanceUntilAsync(driver, run);

        await AssertTidyAsync(stored, executor, await run);
    }

    /// <summary>False if the run ended before the call at which the process was to die.</summary>
    private static async Task<bool> SurvivesAsync(string scenario, ITaskHubStore stored, int call, Fault fault)
    {
        var executor = CrashScenarios.Executor();
        await using var driver = new CrashDriver(stored, executor, number => number == call ? fault : Fault.None);
        await driver.StartAsync();
        var instances = await CrashScenarios.RunAsync(scenario, driver);
        await AssertTidyAsync(stored, executor, instances);
        return driver.HasCrashed;
    }

    private static async Task AdvanceUntilAsync(CrashDriver driver, Task done)
    {
        while (await Task.WhenAny(done, Task.Delay(2)) != done)
        {
            driver.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await done;
    }

    /// <summary>No second instance, no message left anywhere, and every history is what the code does.</summary>
    private static async Task AssertTidyAsync(ITaskHubStore stored, TestExecutor executor, IReadOnlyCollection<string> instances)
    {
        var heads = (await stored.ListHeadsAsync(new HeadQuery { PageSize = 1_000, WithPayloads = true }, default)).Heads;
        Assert.Equal(instances.Order(StringComparer.Ordinal), heads.Select(static head => head.InstanceId));
        Assert.All(heads, static head => Assert.True(head.HasEnded, $"{head.InstanceId} is {head.Status}"));
        await TestHub.UntilAsync(async () =>
        {
            var left = await stored.ReadUnfinishedAsync(default);
            return left.Messages.Count + left.Outbox.Count == 0;
        });
        foreach (var head in heads)
        {
            var rows = await stored.ReadHistoryAsync(head.InstanceId, head.Generation, head.HistoryRows, default);
            var identity = new OrchestrationIdentity(
                head.Name, head.InstanceId, head.Generation, head.Version, head.Parent?.Name, head.Parent?.InstanceId, head.Tags);
            HistoryReplay.Verify(identity, HistoryText.Turns(rows, head.Recent), executor);
        }
    }
}
