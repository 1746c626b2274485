namespace Reprocessing.Storage.Tests.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class PlanStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Thousand_items_take_ten_transactions_and_again_replace_themselves()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, SampleJobs.Items(1_000), None);
        Assert.Equal(10, storage.Faults.Calls);
        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, [.. SampleJobs.Items(2).Select(item => item with { ExpectedVersion = "new" })], None);

        var items = await SampleJobs.ReadItemsAsync(storage);
        Assert.Equal((1_000, 2), (items.Count, items.Values.Count(item => item.ExpectedVersion == "new" && item.Group == "g1")));
    }

    [Fact]
    public async Task Items_of_the_greatest_size_pass_in_several_transactions()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var items = SampleJobs.Items(100).ConvertAll(item => item with { ExpectedVersion = new string('ß', 8_000), Message = new string('"', 2_000), IsEligible = false });

        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, items, None);

        Assert.InRange(storage.Faults.Calls, 2, 3);
        var stored = await SampleJobs.ReadItemsAsync(storage);
        Assert.All(stored.Values, item => Assert.Equal((8_000, 1_000), (item.ExpectedVersion.Length, item.Message!.Length)));
    }

    [Fact]
    public async Task Item_twice_in_one_call_is_one_row()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var item = SampleJobs.Items(1)[0];

        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, [item, item with { ExpectedVersion = "later" }], None);

        Assert.Equal("later", Assert.Single(await SampleJobs.ReadItemsAsync(storage)).Value.ExpectedVersion);
    }

    [Fact]
    public async Task Plan_exists_once_its_head_is_written()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, SampleJobs.Items(3), None);
        Assert.Null(await storage.Plans.GetAsync(SampleJobs.PlanId, None));

        await storage.Plans.CreateAsync(SampleJobs.Plan(), None);

        var plan = (await storage.Plans.GetAsync(SampleJobs.PlanId, None))!;
        Assert.Equal((JobOperation.Retry, "ann", 3, 3), (plan.Operation, plan.RequestedBy, plan.Count, plan.CountByGroup["g1"]));
        Assert.Equal(ManualTime.Start.AddHours(1), plan.ExpiresAt);
        Assert.Null(plan.JobId);
    }

    [Fact]
    public async Task What_a_plan_is_prepared_from_may_be_long_and_the_first_to_keep_it_stays()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.OpenBlobsAsync();
        var order = string.Join(',', Enumerable.Range(0, 100_000).Select(TestStorage.OrderId));

        await storage.Plans.KeepOrderAsync(SampleJobs.PlanId, order, None);
        await storage.Plans.KeepOrderAsync(SampleJobs.PlanId, "another", None);

        Assert.Equal(order, await storage.Plans.ReadOrderAsync(SampleJobs.PlanId, None));
        await Assert.ThrowsAsync<BrokenRowException>(() => storage.Plans.ReadOrderAsync("plan-none", None));
    }

    [Fact]
    public async Task Edits_of_two_at_once_both_stay_and_each_is_judged_by_the_row_that_it_changes()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Plans.CreateAsync(SampleJobs.Plan() with { Preparation = new(0) }, None);
        List<int> seen = [];

        var edited = await storage.Plans.EditAsync(SampleJobs.PlanId, plan =>
        {
            seen.Add(plan.Preparation!.Selected);
            if (seen.Count == 1)
            {
                storage.Plans.EditAsync(SampleJobs.PlanId, other => other with { Preparation = new(500) }, None).GetAwaiter().GetResult();
            }

            return plan with { Approval = new("carol", ManualTime.Start, "looked at") };
        }, None);

        Assert.Equal([0, 500], seen);
        Assert.Equal((new PlanPreparation(500), new PlanApproval("carol", ManualTime.Start, "looked at")), (edited!.Preparation, edited.Approval));
        var stored = (await storage.Plans.GetAsync(SampleJobs.PlanId, None))!;
        Assert.Equal((edited.Preparation, edited.Approval), (stored.Preparation, stored.Approval));
        Assert.Null(await storage.Plans.EditAsync("plan-none", plan => plan, None));
    }

    /// <summary>An approval that loses against the application sees it, and one that came before it stays on the plan.</summary>
    [Fact]
    public async Task An_approval_and_an_application_at_once_are_one_after_the_other()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Plans.CreateAsync(SampleJobs.Plan(), None);
        await storage.Plans.EditAsync(SampleJobs.PlanId, plan => plan with { Approval = new("carol", ManualTime.Start, "looked at") }, None);

        string? jobId = null;
        await storage.Plans.EditAsync(SampleJobs.PlanId, plan =>
        {
            if (plan.JobId is null)
            {
                storage.Plans.ApplyAsync(SampleJobs.PlanId, SampleJobs.Job(), None).GetAwaiter().GetResult();
                return plan with { Approval = null };
            }

            jobId = plan.JobId;
            return null;
        }, None);

        Assert.Equal(SampleJobs.JobId, jobId);
        Assert.Equal("carol", (await storage.Plans.GetAsync(SampleJobs.PlanId, None))!.Approval?.By);
    }

    [Theory]
    [InlineData("plan-unknown")]
    [InlineData("job-k1")]
    [InlineData("k1")]
    [InlineData("plan-a/b")]
    [InlineData("plan-|")]
    [InlineData("plan-")]
    [InlineData("")]
    public async Task Id_that_is_no_plans_leads_to_none(string planId)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await SampleJobs.ApplyAsync(storage, items: 1);

        Assert.Null(await storage.Plans.GetAsync(planId, None));
    }

    [Fact]
    public async Task Apply_marks_the_plan_and_adds_the_job()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        var job = await SampleJobs.ApplyAsync(storage, items: 3);

        Assert.Equal(SampleJobs.JobId, (await storage.Plans.GetAsync(SampleJobs.PlanId, None))!.JobId);
        var stored = (await storage.Jobs.GetAsync(SampleJobs.JobId, None))!;
        Assert.Equal((job.JobId, job.PlanId, JobState.Pending, job.Reason), (stored.JobId, stored.PlanId, stored.State, stored.Reason));
        Assert.Equal(new(1, DesiredState.Run, new()), stored.Control);
        Assert.Equal(3, (await SampleJobs.ReadItemsAsync(storage)).Count);
    }

    [Fact]
    public async Task Same_apply_again_gives_the_job_as_it_is_stored()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var job = await SampleJobs.ApplyAsync(storage, items: 1);
        await storage.Jobs.EditAsync(job.JobId, stored => stored with { State = JobState.Running }, None);

        var again = await storage.Plans.ApplyAsync(SampleJobs.PlanId, job with { RequestId = "another", CreatedAt = job.CreatedAt.AddSeconds(1) }, None);

        var stored = Assert.IsType<ApplyOutcome.Applied>(again).Job;
        Assert.Equal((JobState.Running, job.RequestId, job.CreatedAt), (stored.State, stored.RequestId, stored.CreatedAt));
        Assert.Equal(job.CreatedAt, Assert.Single((await storage.Jobs.ListAsync(new(), 10, null, None)).Items).CreatedAt);
    }

    [Fact]
    public async Task Of_many_that_apply_at_once_one_wins()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Plans.CreateAsync(SampleJobs.Plan(), None);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => storage.Plans.ApplyAsync(
            SampleJobs.PlanId, SampleJobs.Job(createdAt: ManualTime.Start.AddSeconds(number)) with { RequestId = $"request-{number}" }, None)));

        var winner = Assert.Single(outcomes.Select(outcome => Assert.IsType<ApplyOutcome.Applied>(outcome).Job.RequestId).Distinct());
        Assert.Equal(winner, Assert.Single((await storage.Jobs.ListAsync(new(), 10, null, None)).Items).RequestId);
        Assert.Equal(winner, Assert.Single((await storage.Jobs.ListOpenAsync(ManualTime.Start.AddHours(1), 10, null, None)).Items).RequestId);
    }

    [Fact]
    public async Task Plan_that_is_missing_or_has_expired_is_not_applied()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        Assert.IsType<ApplyOutcome.NotFound>(await storage.Plans.ApplyAsync(SampleJobs.PlanId, SampleJobs.Job(), None));
        await storage.Plans.CreateAsync(SampleJobs.Plan(), None);
        storage.Time.Advance(TimeSpan.FromHours(1));

        Assert.IsType<ApplyOutcome.Expired>(await storage.Plans.ApplyAsync(SampleJobs.PlanId, SampleJobs.Job(), None));

        Assert.Null(await storage.Jobs.GetAsync(SampleJobs.JobId, None));
        Assert.Null((await storage.Plans.GetAsync(SampleJobs.PlanId, None))!.JobId);
    }

    [Fact]
    public async Task List_gives_the_newest_first_page_by_page_and_passes_over_what_never_came_to_be()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var number in Enumerable.Range(0, 7))
        {
            await storage.Plans.CreateAsync(SampleJobs.Plan($"k{number}", ManualTime.Start.AddMinutes(number)), None);
        }

        await storage.Tables.Jobs.DeleteEntityAsync("k3", JobRows.PlanRow);
        await storage.Tables.Jobs.DeleteEntityAsync("k6", JobRows.PlanRow);

        List<string> pages = [];
        string? token = null;
        do
        {
            var page = await storage.Plans.ListAsync(2, token, None);
            pages.Add(string.Join(' ', page.Items.Select(plan => plan.PlanId)));
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(["plan-k5 plan-k4", "plan-k2 plan-k1", "plan-k0"], pages);
        await Assert.ThrowsAsync<FormatException>(() => storage.Plans.ListAsync(2, "k3", None));
    }
}
