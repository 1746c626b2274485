using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>
/// Applies plans and starts the jobs. What is stored decides: a job that is stored and whose orchestration was not started, because
/// the process died or the engine did not answer, is started by whoever comes across it.
/// </summary>
internal sealed class JobStarter(
    IPlanStore plans, IJobStore jobs, IAuditLog audit, IOptions<JobOptions> options, TimeProvider time, ILogger<JobStarter> logger)
{
    /// <summary>An ended instance is in the way as well: a job runs once.</summary>
    private static readonly OrchestrationRuntimeStatus[] AnyStatus = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];

    /// <param name="requestId">Of a request that may be repeated; null for one that cannot be told from another.</param>
    public async Task<JobOutcome> ApplyAsync(
        PlanRecord plan, JobOrder order, string? requestId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var job = ToJob(plan, order, requestId ?? Guid.NewGuid().ToString("N"));
        switch (await plans.ApplyAsync(plan.PlanId, job, cancellationToken))
        {
            case ApplyOutcome.Applied applied:
                return await AnswerAsync(plan, applied.Job, job.RequestId, client, cancellationToken);
            case ApplyOutcome.AlreadyApplied already:
                var stored = await jobs.GetAsync(already.Plan.JobId ?? job.JobId, cancellationToken);
                return await AnswerAsync(already.Plan, stored, job.RequestId, client, cancellationToken);
            case ApplyOutcome.Expired expired:
                return new JobOutcome.Refused(JobProblems.PlanExpired(expired.Plan));
            default:
                return new JobOutcome.Refused(Problems.NotFound("plan", plan.PlanId));
        }
    }

    /// <summary>Starts the job's orchestration unless it exists. That it could not be started is logged: the job is stored and will be.</summary>
    public async Task StartAsync(DurableTaskClient client, JobRecord job, CancellationToken cancellationToken)
    {
        await audit.AddAsync(JobAudit.Created(job), cancellationToken);
        if (job.State != JobState.Pending)
        {
            return;
        }

        try
        {
            var once = new StartOrchestrationOptions(job.JobId).WithDedupeStatuses(AnyStatus);
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(JobOrchestrator), job.JobId, once, cancellationToken);
            logger.JobStarted(job.JobId, job.Operation, job.TotalItems);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            if (await TryFindAsync(client, job.JobId, cancellationToken) is null)
            {
                logger.JobNotStarted(e, job.JobId);
            }
        }
    }

    private async Task<JobOutcome> AnswerAsync(
        PlanRecord plan, JobRecord? stored, string? requestId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (stored is not null)
        {
            await StartAsync(client, stored, cancellationToken);
        }

        return stored?.RequestId is { } madeBy && madeBy == requestId
            ? new JobOutcome.Started(stored)
            : new JobOutcome.Refused(JobProblems.PlanApplied(plan));
    }

    private static async Task<OrchestrationMetadata?> TryFindAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetInstanceAsync(instanceId, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private JobRecord ToJob(PlanRecord plan, JobOrder order, string requestId)
    {
        var job = new JobRecord
        {
            JobId = JobIds.Job(JobIds.KeyOf(plan.PlanId)),
            PlanId = plan.PlanId,
            Operation = plan.Operation,
            State = JobState.Pending,
            Reason = order.Reason,
            RequestedBy = order.RequestedBy,
            RequestId = requestId,
            CreatedAt = time.GetUtcNow(),
            Selection = plan.Selection,
            TotalItems = plan.Count,
            Options = plan.Options,
            Control = new(1, DesiredState.Run, order.Pace.On(new(options.Value.Parallelism))),
            Ramp = order.Ramp,
            WaitForOutcome = order.WaitForOutcome,
        };
        return order.FailureThreshold is { } threshold ? job with { FailureThreshold = threshold } : job;
    }
}
