namespace Reprocessing.Storage.Tests.Outcomes;

[Collection(AzuriteTests.Name)]
public sealed class OutcomeProjectionTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_end_finds_its_way_to_the_run_and_leaves_no_note()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(5);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        Assert.Equal(new(Running: 5), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));

        await OutcomeLife.CompleteAsync(storage, ids[0]);
        await OutcomeLife.FailAsync(storage, ids[1]);
        await OutcomeLife.FailAsync(storage, ids[2], "no cart");
        await storage.Orders.CancelAsync(ids[3], new("tester", "asked"), None);

        Assert.Equal(4, await storage.Outcomes.ProjectAsync(None));
        Assert.Equal(new(1, 1, 1, 1, 0, 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));
        Assert.Empty(await OutcomeLife.NotesAsync(storage));
        Assert.Equal(0, await storage.Outcomes.ProjectAsync(None));
        await Consistency.CheckAsync(storage);
    }

    [Fact]
    public async Task Outcome_is_of_the_run_that_asked_for_the_attempt_and_older_ones_stay()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var id = (await storage.AddFailedAsync(1))[0];
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        await OutcomeLife.FailAsync(storage, id);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(2));
        await OutcomeLife.CompleteAsync(storage, id);

        await storage.Outcomes.ProjectAsync(None);

        Assert.Equal(new(FailedSame: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));
        Assert.Equal(new(Succeeded: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(2)));
    }

    [Fact]
    public async Task Order_dead_lettered_again_is_told_to_the_job_that_took_it_up_instead_of_what_it_was_told_before()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var id = (await storage.AddFailedAsync(1))[0];
        await SampleJobs.ApplyAsync(storage, items: 1);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1), maxRetries: 0);
        await OutcomeLife.RequeueAsync(storage, id, SampleJobs.JobId);
        await storage.Jobs.RecordAsync(SampleJobs.JobId, [SampleJobs.Started(id)], None);
        await OutcomeLife.FailAsync(storage, id);
        await storage.Outcomes.ProjectAsync(None);
        Assert.Equal(new(FailedSame: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.JobId));

        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(2));
        await OutcomeLife.FailAsync(storage, id);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(3), maxRetries: 1);
        await storage.Outcomes.ProjectAsync(None);

        Assert.Equal(new(DeadLetteredAgain: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.JobId));
        Assert.Equal(new(DeadLetteredAgain: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(2)));
        Assert.Equal(new(), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(3)));
        Assert.Equal(ItemState.DeadLettered, Assert.Single(await SampleJobs.ReadItemsAsync(storage, SampleJobs.RunId(3))).Value.State);
    }

    [Fact]
    public async Task Note_that_comes_late_does_not_undo_a_later_one()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var id = (await storage.AddFailedAsync(1))[0];
        await SampleJobs.ApplyAsync(storage, items: 1);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1), maxRetries: 0);
        await OutcomeLife.RequeueAsync(storage, id, SampleJobs.JobId);
        await OutcomeLife.FailAsync(storage, id);
        var late = Assert.Single(await storage.RowsAsync(), row => row.RowKey.StartsWith("n|", StringComparison.Ordinal));
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(2), maxRetries: 0);
        Assert.Equal(2, await storage.Outcomes.ProjectAsync(None));

        // Another process had read it before, and comes to it only now.
        await storage.Tables.Orders.AddEntityAsync(late);
        Assert.Equal(1, await storage.Outcomes.ProjectAsync(None));

        Assert.Equal(new(DeadLetteredAgain: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.JobId));
        Assert.Empty(await OutcomeLife.NotesAsync(storage));
    }

    [Fact]
    public async Task Outcome_of_an_order_whose_chunk_is_not_stored_yet_waits_for_it()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var id = (await storage.AddFailedAsync(1))[0];
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)), None);
        await storage.RunAsync(TestStorage.Rule(SampleJobs.RunId(1)));
        var workflowId = (await storage.GetAsync(id)).WorkflowId!;
        await OutcomeLife.CompleteAsync(storage, id);

        Assert.Equal(0, await storage.Outcomes.ProjectAsync(None));
        await storage.Jobs.RecordChunkAsync(SampleJobs.RunId(1), new(1, 0, 0), [new(id, ItemState.Succeeded) { WorkflowId = workflowId }], None);
        Assert.Equal(1, await storage.Outcomes.ProjectAsync(None));

        Assert.Equal(new(Succeeded: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));
        var item = Assert.Single(await SampleJobs.ReadItemsAsync(storage, SampleJobs.RunId(1))).Value;
        Assert.Equal((ItemState.Succeeded, workflowId, 1), (item.State, item.WorkflowId, item.Attempts));
    }

    [Fact]
    public async Task Outcome_of_an_order_whose_chunk_never_came_is_let_go_when_the_run_has_ended()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var id = (await storage.AddFailedAsync(1))[0];
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)) with { State = JobState.Failed }, None);
        await storage.RunAsync(TestStorage.Rule(SampleJobs.RunId(1)));
        await OutcomeLife.CompleteAsync(storage, id);

        Assert.Equal(1, await storage.Outcomes.ProjectAsync(None));

        Assert.Empty(await OutcomeLife.NotesAsync(storage));
    }

    [Fact]
    public async Task Notes_to_jobs_that_are_not_there_are_let_go()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(2);
        await storage.RunAsync(TestStorage.Rule("run-of-before"));
        await OutcomeLife.CompleteAsync(storage, ids[0]);
        await OutcomeLife.CompleteAsync(storage, ids[1]);

        Assert.Equal(2, await storage.Outcomes.ProjectAsync(None));

        Assert.Empty(await OutcomeLife.NotesAsync(storage));
        Assert.Empty(await storage.RowsAsync(storage.Tables.Jobs));
    }

    [Fact]
    public async Task Note_that_cannot_be_read_waits_and_stops_no_other()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var ids = await storage.AddFailedAsync(1);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        await storage.Tables.Orders.AddEntityAsync(new Azure.Data.Tables.TableEntity("s00", "n|0000000000000000000|X|0000000001") { ["Data"] = "{" });
        await OutcomeLife.CompleteAsync(storage, ids[0]);

        Assert.Equal(1, await storage.Outcomes.ProjectAsync(None));

        Assert.Equal(new(Succeeded: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));
        Assert.Single(await OutcomeLife.NotesAsync(storage));
    }

    [Fact]
    public async Task Note_costs_a_workflow_no_storage_call()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(2);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        storage.Faults.Reset();

        await OutcomeLife.CompleteAsync(storage, ids[0]);
        Assert.Equal(1 + 2 + 2, storage.Faults.Calls);
        storage.Faults.Reset();
        await OutcomeLife.FailAsync(storage, ids[1]);
        Assert.Equal(1 + 2 + 2, storage.Faults.Calls);
    }

    [Fact]
    public async Task Folding_nothing_costs_one_call_a_shard_and_hundreds_of_notes_a_fraction_of_a_call_each()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(500);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        storage.Faults.Reset();
        await storage.Outcomes.ProjectAsync(None);
        Assert.Equal(4, storage.Faults.Calls);
        foreach (var id in ids)
        {
            await OutcomeLife.CompleteAsync(storage, id);
        }

        storage.Faults.Reset();
        Assert.Equal(500, await storage.Outcomes.ProjectAsync(None));

        Assert.Equal(new(Succeeded: 500), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));
        Assert.InRange(storage.Faults.Calls, 4, 60);
    }

    [Fact]
    public async Task Two_that_fold_at_once_count_nothing_twice()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddFailedAsync(60);
        await OutcomeLife.RunAsync(storage, SampleJobs.RunId(1));
        foreach (var id in ids)
        {
            await OutcomeLife.FailAsync(storage, id, id == ids[0] ? "no cart" : "no picker");
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => storage.Outcomes.ProjectAsync(None)));
        await storage.Outcomes.ProjectAsync(None);

        Assert.Equal(new(FailedSame: 59, FailedNew: 1), await OutcomeLife.CheckedCountsAsync(storage, SampleJobs.RunId(1)));
        Assert.Empty(await OutcomeLife.NotesAsync(storage));
    }
}
