namespace Reprocessing.Storage.Tests.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class JobStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Run_is_added_once()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)), None);
        var again = await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)) with { Reason = "another" }, None);

        Assert.Equal("the warehouse is back", again.Reason);
        Assert.Equal(SampleJobs.RunId(1), Assert.Single((await storage.Jobs.ListAsync(new(), 10, null, None)).Items).JobId);
    }

    [Theory]
    [InlineData("job-unknown")]
    [InlineData("plan-k1")]
    [InlineData("k1")]
    [InlineData("list")]
    [InlineData("job-a\\b")]
    [InlineData("job-a\nb")]
    public async Task Id_that_is_no_jobs_leads_to_none(string jobId)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 1);

        Assert.Null(await storage.Jobs.GetAsync(jobId, None));
        Assert.Null(await storage.Jobs.EditAsync(jobId, job => job, None));
    }

    [Fact]
    public async Task List_has_runs_and_jobs_newest_first()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(-60)), None);
        await SampleJobs.ApplyAsync(storage, items: 1);
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(60)), None);

        var first = await storage.Jobs.ListAsync(new(), 2, null, None);
        var second = await storage.Jobs.ListAsync(new(), 2, first.Next, None);

        Assert.Equal([SampleJobs.RunId(60), "job-k1"], first.Items.Select(job => job.JobId));
        Assert.Equal(SampleJobs.RunId(-60), Assert.Single(second.Items).JobId);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Edits_at_once_are_all_made()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)), None);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => storage.Jobs.EditAsync(
            SampleJobs.RunId(1), job => job with { Control = job.Control with { Version = job.Control.Version + 1 } }, None)));

        Assert.Equal(6, (await storage.Jobs.GetAsync(SampleJobs.RunId(1), None))!.Control.Version);
    }

    [Fact]
    public async Task Edit_whose_answer_is_lost_is_made_once()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)), None);
        storage.Faults.Spoil(2, FaultMode.AnswerLost);

        var edited = await storage.Jobs.EditAsync(
            SampleJobs.RunId(1), job => job with { Control = job.Control with { Version = job.Control.Version + 1 } }, None);

        Assert.True(storage.Faults.HasStruck);
        Assert.Equal(2, edited!.Control.Version);
        Assert.Equal(2, (await storage.Jobs.GetAsync(SampleJobs.RunId(1), None))!.Control.Version);
    }

    [Fact]
    public async Task Edit_that_answers_nothing_writes_nothing()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)), None);
        var rows = await storage.DumpAsync(storage.Tables.Results);

        Assert.Equal(SampleJobs.RunId(1), (await storage.Jobs.EditAsync(SampleJobs.RunId(1), _ => null, None))!.JobId);

        Assert.Equal(rows, await storage.DumpAsync(storage.Tables.Results));
    }

    [Fact]
    public async Task Jobs_are_listed_by_state_and_operation_however_many_runs_there_were_since()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.StoreAsync(storage, SampleJobs.Job("k1") with { State = JobState.Paused });
        await SampleJobs.StoreAsync(storage, SampleJobs.Job("k2", ManualTime.Start.AddSeconds(1)));
        await SampleJobs.StoreAsync(storage, SampleJobs.Job("k3", ManualTime.Start.AddSeconds(2)) with { Operation = JobOperation.Purge });
        foreach (var number in Enumerable.Range(1, 20))
        {
            await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(60 * number)), None);
        }

        Assert.Equal("job-k2 job-k1", await IdsAsync(storage, new(Operation: JobOperation.Retry)));
        Assert.Equal("job-k3", await IdsAsync(storage, new(Operation: JobOperation.Purge)));
        Assert.Equal("job-k1", await IdsAsync(storage, new(JobState.Paused)));
        Assert.Equal("", await IdsAsync(storage, new(JobState.Paused, JobOperation.Reprocess)));
        Assert.Equal(20, (await IdsAsync(storage, new(Operation: JobOperation.Reprocess))).Split(' ').Length);
        var page = await storage.Jobs.ListAsync(new(Operation: JobOperation.Retry), 1, null, None);
        Assert.Equal("job-k2", Assert.Single(page.Items).JobId);
        await Assert.ThrowsAsync<FormatException>(() => storage.Jobs.ListAsync(new(), 1, page.Next, None));
        await Assert.ThrowsAsync<FormatException>(() => storage.Jobs.ListAsync(new(JobState.Paused), 1, page.Next, None));
        var all = await storage.Jobs.ListAsync(new(), 1, null, None);
        await Assert.ThrowsAsync<FormatException>(() => storage.Jobs.ListAsync(new(JobState.Paused), 1, all.Next, None));
    }

    [Fact]
    public async Task A_page_looks_at_so_many_jobs_and_says_where_to_go_on()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.StoreAsync(storage, SampleJobs.Job("k1") with { State = JobState.Paused });
        foreach (var some in Enumerable.Range(1, 1_100).Chunk(100))
        {
            // As crashes leave them: listed, and never made.
            await storage.Tables.Jobs.SubmitTransactionAsync(some.Select(number => new TableTransactionAction(
                TableTransactionActionType.Add, JobRows.Listed(JobRows.JobIndex, ManualTime.Start.AddSeconds(number), SampleJobs.RunId(number)))));
        }

        var first = await storage.Jobs.ListAsync(new(JobState.Paused), 10, null, None);
        var second = await storage.Jobs.ListAsync(new(JobState.Paused), 10, first.Next, None);

        Assert.Empty(first.Items);
        Assert.Equal("job-k1", Assert.Single(second.Items).JobId);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Open_jobs_are_listed_in_pages_to_the_last_one()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var number in Enumerable.Range(0, 5))
        {
            var key = $"k{number}";
            await storage.Plans.CreateAsync(SampleJobs.Plan(key), None);
            await storage.Plans.ApplyAsync(JobIds.Plan(key), SampleJobs.Job(key, ManualTime.Start.AddSeconds(number)), None);
        }

        await storage.Jobs.EditAsync("job-k1", job => job with { State = JobState.Succeeded }, None);
        List<string> found = [];
        string? token = null;
        do
        {
            var page = await storage.Jobs.ListOpenAsync(ManualTime.Start.AddHours(1), 2, token, None);
            Assert.True(page.Items.Count <= 2);
            found.AddRange(page.Items.Select(job => job.JobId));
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(["job-k0", "job-k2", "job-k3", "job-k4"], found);
    }

    [Fact]
    public async Task Job_is_found_among_the_open_ones_until_it_has_ended()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 1);
        await storage.Jobs.CreateRunAsync(SampleJobs.Run(SampleJobs.RunId(1)) with { State = JobState.Pending }, None);
        Assert.Empty((await storage.Jobs.ListOpenAsync(ManualTime.Start, 10, null, None)).Items);

        Assert.Equal("job-k1", Assert.Single((await storage.Jobs.ListOpenAsync(ManualTime.Start.AddSeconds(1), 10, null, None)).Items).JobId);
        await storage.Jobs.EditAsync("job-k1", job => job with { State = JobState.Running }, None);
        Assert.Equal(JobState.Running, Assert.Single((await storage.Jobs.ListOpenAsync(ManualTime.Start.AddSeconds(1), 10, null, None)).Items).State);
        await storage.Jobs.EditAsync("job-k1", job => job with { State = JobState.Succeeded }, None);

        Assert.Empty((await storage.Jobs.ListOpenAsync(ManualTime.Start.AddSeconds(1), 10, null, None)).Items);
        Assert.DoesNotContain("list w|", await storage.DumpAsync(storage.Tables.Jobs), StringComparison.Ordinal);
    }

    private static async Task<string> IdsAsync(TestStorage storage, JobQuery query)
    {
        List<string> ids = [];
        string? token = null;
        do
        {
            var page = await storage.Jobs.ListAsync(query, 3, token, None);
            ids.AddRange(page.Items.Select(job => job.JobId));
            token = page.Next;
        }
        while (token is not null);

        return string.Join(' ', ids);
    }
}
