using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Storage.Tests.Outcomes;

namespace Reprocessing.Storage.Tests.Workflows;

[Collection(AzuriteTests.Name)]
public sealed class WorkflowProjectionTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Folding_that_dies_at_any_call_is_finished_by_the_next()
    {
        foreach (var mode in Enum.GetValues<FaultMode>())
        {
            for (var call = 1; await StrikeAsync(call, mode); call++)
            {
            }
        }
    }

    [Fact]
    public async Task Workflow_leaves_one_note_whatever_happens_to_it()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(1);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        await OutcomeLife.FailAsync(storage, ids[0]);

        Assert.Equal(1, await NotesAsync(storage));
        await storage.Workflows.ProjectAsync(None);
        Assert.Equal(0, await NotesAsync(storage));
        Assert.Equal((1, 1), await StatesAsync(storage));
    }

    [Fact]
    public async Task Events_that_come_while_one_is_projected_are_not_lost()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var id = (await storage.AddFailedAsync(1))[0];
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        var fresh = new List<Azure.Data.Tables.TableEntity>();
        var old = (await storage.RowsAsync()).Where(row => row.RowKey.StartsWith("m|", StringComparison.Ordinal)).ToList();
        await OutcomeLife.CompleteAsync(storage, id);

        // Another process had read the notes before, and comes to delete them only now.
        foreach (var note in old)
        {
            try
            {
                await storage.Tables.Orders.DeleteEntityAsync(note.PartitionKey, note.RowKey, note.ETag);
            }
            catch (Azure.RequestFailedException exception) when (exception.Status == 412)
            {
                fresh.Add(note);
            }
        }

        Assert.Single(fresh);
        await storage.Workflows.ProjectAsync(None);
        Assert.Equal(WorkflowStatus.Completed, Assert.Single(await IndexBench.AllAsync(storage, "RetryCount = 1", 10)).Status);
    }

    [Fact]
    public async Task Note_that_cannot_be_read_waits_and_stops_no_other()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await storage.Tables.Orders.AddEntityAsync(new Azure.Data.Tables.TableEntity("s00", RowKeys.WorkflowEvent("!")) { ["Data"] = "{" });
        await IndexBench.AddOwnFailedAsync(storage, 3);

        await storage.Workflows.ProjectAsync(None);

        Assert.Equal(1, await NotesAsync(storage));
        Assert.Equal((3, 3), await StatesAsync(storage));
    }

    [Fact]
    public async Task Several_that_fold_at_once_agree()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await IndexBench.AddOwnFailedAsync(storage, 120);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => storage.Workflows.ProjectAsync(None)));

        Assert.Equal(0, await NotesAsync(storage));
        Assert.Equal((240, 120), await StatesAsync(storage));
        await IndexBench.CheckAsync(storage);
    }

    [Fact]
    public async Task What_this_process_has_recorded_is_not_read_again_and_what_another_has_changed_since_is()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        await IndexBench.AddOwnFailedAsync(storage, 8);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        await storage.Workflows.ProjectAsync(None);
        foreach (var id in Enumerable.Range(0, 8).Select(TestStorage.OrderId))
        {
            await OutcomeLife.CompleteAsync(storage, id);
        }

        storage.Faults.Reset();
        await storage.Workflows.ProjectAsync(None);

        // A look into the shard, a transaction for each partition of the index, and one that clears the shard.
        Assert.InRange(storage.Faults.Calls, 3, 1 + 8 + 1);
        var completed = await IndexBench.AllAsync(storage, "RetryCount = 1", 10);
        Assert.Equal(8, completed.Count(record => record.Status == WorkflowStatus.Completed));

        var other = new WorkflowIndex(storage.Tables, storage.Time, NullLogger<WorkflowIndex>.Instance);
        await other.RecordAsync([completed[0] with { Revision = completed[0].Revision + 1, ResetReason = "asked" }], None);
        await storage.Workflows.RecordAsync([completed[0] with { Revision = completed[0].Revision + 2, NextInstance = "next" }], None);
        var read = await storage.Workflows.GetAsync(completed[0].InstanceId, None);
        Assert.Equal(("asked", "next"), (read!.ResetReason, read.NextInstance));
        await IndexBench.CheckAsync(storage);
    }

    [Fact]
    public async Task Folding_nothing_costs_one_call_a_shard()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        storage.Faults.Reset();

        await storage.Workflows.ProjectAsync(None);

        Assert.Equal(4, storage.Faults.Calls);
    }

    /// <returns>False when the projection ended before so many calls.</returns>
    private async Task<bool> StrikeAsync(int call, FaultMode mode)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 2);
        await IndexBench.AddOwnFailedAsync(storage, 4);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        storage.Faults.Spoil(call, mode);
        try
        {
            await storage.Workflows.ProjectAsync(None);
        }
        catch (CrashException)
        {
            Assert.NotEqual(FaultMode.AnswerLost, mode);
        }

        var hasStruck = storage.Faults.HasStruck;
        storage.Faults.Reset();
        await storage.Workflows.ProjectAsync(None);
        Assert.Equal(0, await NotesAsync(storage));
        Assert.Equal((8, 4), await StatesAsync(storage));
        await IndexBench.CheckAsync(storage);
        return hasStruck;
    }

    private static async Task<int> NotesAsync(TestStorage storage) =>
        (await storage.RowsAsync()).Count(row => row.RowKey.StartsWith("m|", StringComparison.Ordinal));

    /// <summary>How many workflows the index has, and how many of them failed.</summary>
    private static async Task<(int All, int Failed)> StatesAsync(TestStorage storage)
    {
        var all = await IndexBench.AllAsync(storage, null, 1_000);
        return (all.Count, all.Count(record => record.Status == WorkflowStatus.Failed));
    }
}
