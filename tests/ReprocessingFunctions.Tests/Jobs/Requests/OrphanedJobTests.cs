using Microsoft.DurableTask.Client;
using Moq;
using Reprocessing.Domain.Jobs;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.Tests.Jobs.Requests;

public sealed class OrphanedJobTests
{
    private readonly JobsApp _app = new();

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(null)]
    public async Task A_job_whose_orchestration_is_gone_is_ended_by_what_its_items_say(OrchestrationRuntimeStatus? left)
    {
        var jobId = await BegunAsync();
        Leave(jobId, left);
        Leave(JobInstances.Child(jobId, 1), left);
        var first = _app.Store.Items[JobIds.KeyOf(jobId)].Keys.First();
        _app.Store.Items[JobIds.KeyOf(jobId)][first] = _app.Store.Items[JobIds.KeyOf(jobId)][first] with { State = ItemState.Succeeded };

        await CheckAsync();

        var job = _app.Store.Jobs[jobId];
        Assert.Equal((JobState.Failed, 1, JobDemand.Cancel), (job.State, job.Tally.Succeeded, job.Control.Demand));
        Assert.Contains("ended from outside", job.StateReason, StringComparison.Ordinal);
        Assert.Equal(_app.Clock.Now, job.EndedAt);
        Assert.Single(_app.Store.Audit, told => told.Action == "job.ended" && told.Target == jobId);
    }

    [Fact]
    public async Task What_still_works_for_such_a_job_is_stopped_before_the_job_is_ended()
    {
        var jobId = await BegunAsync();
        Leave(jobId, OrchestrationRuntimeStatus.Terminated);
        var child = JobInstances.Child(jobId, 1);
        Leave(child, OrchestrationRuntimeStatus.Running);

        await CheckAsync();
        Assert.Equal(JobState.Running, _app.Store.Jobs[jobId].State);
        _app.Engine.Mock.Verify(client => client.TerminateInstanceAsync(child, It.IsAny<object?>(), It.IsAny<CancellationToken>()), Times.Once);

        Leave(child, OrchestrationRuntimeStatus.Terminated);
        await CheckAsync();
        Assert.Equal(JobState.Failed, _app.Store.Jobs[jobId].State);
    }

    [Fact]
    public async Task One_that_was_to_be_canceled_is_canceled()
    {
        var jobId = await BegunAsync();
        await _app.CancelAsync(jobId);
        Leave(jobId, OrchestrationRuntimeStatus.Terminated);
        Leave(JobInstances.Child(jobId, 1), OrchestrationRuntimeStatus.Terminated);

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
