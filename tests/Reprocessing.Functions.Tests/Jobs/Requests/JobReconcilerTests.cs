namespace Reprocessing.Functions.Tests.Jobs.Requests;

public sealed class JobReconcilerTests
{
    private readonly JobsApp _app = new();

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(null)]
    public async Task A_job_whose_orchestration_is_gone_is_ended_by_what_its_items_say(OrchestrationRuntimeStatus? left)
    {
        var jobId = await BegunAsync();
        Leave(jobId, left);
        Succeed(jobId, count: 1);

        await CheckAsync();

        var job = _app.Store.Jobs[jobId];
        Assert.Equal((JobState.Failed, 1, DesiredState.Cancel), (job.State, job.Tally.Succeeded, job.Control.Demand));
        Assert.Contains("ended from outside", job.StateReason, StringComparison.Ordinal);
        Assert.Equal(_app.Clock.Now, job.EndedAt);
        Assert.Single(_app.Store.Audit, told => told.Action == "job.ended" && told.Target == jobId);
        Assert.Equal(
            _app.Store.Items[JobIds.KeyOf(jobId)].Values.Where(item => item is { IsEligible: true, State: ItemState.Pending }).Select(item => item.Id),
            _app.Released);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated, "ended from outside")]
    [InlineData(OrchestrationRuntimeStatus.Completed, "ended from outside")]
    [InlineData(OrchestrationRuntimeStatus.Failed, "The table is throttled.")]
    public async Task A_job_whose_orchestration_ended_before_it_could_begin_is_ended(OrchestrationRuntimeStatus left, string told)
    {
        var jobId = await _app.StartedAsync();
        _app.Engine.Put(jobId, left, failure: new IOException("The table is throttled."));

        await CheckAsync();

        var job = _app.Store.Jobs[jobId];
        Assert.Equal((JobState.Failed, 0, DesiredState.Cancel), (job.State, job.Tally.Found, job.Control.Demand));
        Assert.Contains(told, job.StateReason, StringComparison.Ordinal);
        Assert.All(_app.Store.Items[JobIds.KeyOf(jobId)].Values.Where(item => item.IsEligible), item => Assert.Equal(ItemState.Pending, item.State));
        Assert.Single(_app.Store.Audit, told => told.Action == "job.ended" && told.Target == jobId);
    }

    [Fact]
    public async Task One_that_was_cancelled_and_whose_orchestration_ended_before_it_could_begin_is_canceled_wherever_the_check_dies()
    {
        for (var step = 1; ; step++)
        {
            var app = new JobsApp();
            var jobId = await app.StartedAsync();
            await app.CancelAsync(jobId);
            app.Engine.Put(jobId, OrchestrationRuntimeStatus.Failed);
            app.Clock.Now += TimeSpan.FromMinutes(1);
            app.Process.Revive();
            app.Process.DiesAt = step;
            app.Process.DiesAfter = true;
            await app.CheckOpenAsync();
            var isOver = app.Process.Writes < step;
            app.Process.Revive();

            await app.CheckOpenAsync();

            Assert.Equal(JobState.Canceled, app.Store.Jobs[jobId].State);
            if (isOver)
            {
                Assert.True(step > 2);
                return;
            }
        }
    }

    [Fact]
    public async Task A_job_that_the_engine_has_never_heard_of_is_started_and_not_ended()
    {
        var jobId = await _app.StartedAsync();
        Leave(jobId, null);

        await CheckAsync();

        Assert.Equal([jobId, jobId], _app.Engine.Started.Select(start => start.Id));
        Assert.Equal(JobState.Pending, _app.Store.Jobs[jobId].State);
    }

    [Fact]
    public async Task A_job_whose_orchestration_failed_when_all_was_done_ends_by_its_counts()
    {
        var jobId = await BegunAsync();
        Fail(jobId);
        Succeed(jobId, count: 3);

        await CheckAsync();

        var job = _app.Store.Jobs[jobId];
        Assert.Equal((JobState.Succeeded, null, 3), (job.State, job.StateReason, job.Tally.Succeeded));
    }

    [Fact]
    public async Task A_job_whose_orchestration_failed_in_the_midst_of_it_tells_what_broke_it()
    {
        var jobId = await BegunAsync();
        Fail(jobId);
        Succeed(jobId, count: 2);

        await CheckAsync();

        var job = _app.Store.Jobs[jobId];
        Assert.Equal((JobState.Failed, 2), (job.State, job.Tally.Succeeded));
        Assert.Equal("The job's orchestration failed: The table is throttled.", job.StateReason);
    }

    [Fact]
    public async Task One_of_more_open_jobs_than_a_page_has_is_looked_after_however_new_it_is()
    {
        var lost = await _app.StartedAsync();
        Leave(lost, null);
        var waiting = _app.Store.Jobs[lost] with { State = JobState.Paused };
        foreach (var number in Enumerable.Range(0, 250))
        {
            var id = $"job-0{number:D3}";
            _app.Store.Jobs[id] = waiting with { JobId = id };
            _app.Engine.Put(id, OrchestrationRuntimeStatus.Running);
        }

        Assert.All(_app.Store.Jobs.Keys.Where(id => id != lost), id => Assert.True(string.CompareOrdinal(id, lost) < 0));

        await CheckAsync();

        Assert.Equal(2, _app.Engine.Started.Count(start => start.Id == lost));
    }

    [Fact]
    public async Task One_that_cannot_be_looked_after_keeps_nobody_from_the_next_one()
    {
        var broken = await BegunAsync();
        var orphan = await BegunAsync();
        (broken, orphan) = string.CompareOrdinal(broken, orphan) < 0 ? (broken, orphan) : (orphan, broken);
        Leave(orphan, OrchestrationRuntimeStatus.Terminated);
        _app.Engine.Mock
            .Setup(client => client.GetInstanceAsync(broken, It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new TimeoutException("The engine does not answer."));

        await CheckAsync();

        Assert.Equal((JobState.Running, JobState.Failed), (_app.Store.Jobs[broken].State, _app.Store.Jobs[orphan].State));
    }

    [Fact]
    public async Task One_that_was_to_be_canceled_is_canceled()
    {
        var jobId = await BegunAsync();
        await _app.CancelAsync(jobId);
        Leave(jobId, OrchestrationRuntimeStatus.Terminated);

        await CheckAsync();

        Assert.Equal(JobState.Canceled, _app.Store.Jobs[jobId].State);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    public async Task One_whose_orchestration_works_or_waits_is_left_alone(OrchestrationRuntimeStatus status)
    {
        var jobId = await BegunAsync();
        Leave(jobId, status);
        var before = _app.Store.Jobs[jobId];

        await CheckAsync();

        Assert.Equal(before, _app.Store.Jobs[jobId]);
    }

    private async Task<string> BegunAsync()
    {
        var jobId = await _app.StartedAsync();
        _app.Store.Jobs[jobId] = _app.Store.Jobs[jobId] with { State = JobState.Running, StartedAt = _app.Clock.Now };
        return jobId;
    }

    private void Fail(string jobId) =>
        _app.Engine.Put(jobId, OrchestrationRuntimeStatus.Failed, failure: new IOException("The table is throttled."));

    private void Succeed(string jobId, int count)
    {
        var items = _app.Store.Items[JobIds.KeyOf(jobId)];
        foreach (var item in items.Values.Where(item => item.IsEligible).Take(count).ToList())
        {
            items[item.Id] = item with { State = ItemState.Succeeded };
        }
    }

    private void Leave(string instanceId, OrchestrationRuntimeStatus? status)
    {
        if (status is { } known)
        {
            _app.Engine.Put(instanceId, known);
        }
        else
        {
            _app.Engine.Remove(instanceId);
        }
    }

    private Task CheckAsync()
    {
        _app.Clock.Now += TimeSpan.FromMinutes(1);
        return _app.CheckOpenAsync();
    }
}
