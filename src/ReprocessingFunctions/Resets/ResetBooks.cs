using Reprocessing.Domain.Names;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Workflows;

namespace ReprocessingFunctions.Resets;

/// <summary>Tells the index and the audit log of a workflow that was run again under its id. Told twice it is told once.</summary>
internal sealed class ResetBooks(IWorkflowIndex index, IAuditLog audit, TimeProvider time)
{
    public const string Action = "workflow.reset";

    public async Task TellAsync(ResetCall call, ResetStep step, CancellationToken cancellationToken)
    {
        if (step.RefusedReason is not null)
        {
            return;
        }

        var startedAt = step.NewCreatedAt ?? time.GetUtcNow();
        var known = await index.GetAsync(step.InstanceId, cancellationToken);
        var told = known is not null && known.Version > startedAt.UtcTicks
            ? known with { Revision = known.Revision + 1 } // The new run has told of itself already, and of later things.
            : (known ?? new(step.InstanceId, step.Name, WorkflowStatus.Running, startedAt)) with
            {
                Version = startedAt.UtcTicks,
                Revision = 0,
                Status = WorkflowStatus.Running,
                CloseTime = null,
                Continuations = step.Continuations,
            };
        told = told with
        {
            StartTime = startedAt,
            PreviousInstance = step.InstanceId,
            NextInstance = step.InstanceId,
            ResetReason = call.Act.Reason,
            ResetJobId = call.JobId,
        };
        await index.RecordAsync([told], cancellationToken);
        await audit.AddAsync(
            new($"{call.JobId}-{Action}-{step.InstanceId}", time.GetUtcNow(), call.Act.By, Action, step.InstanceId)
            {
                Reason = call.Act.Reason,
                Detail = $"{StableNames.Of(call.Rule.Type)} by {call.JobId}, {step.Sent} of {step.Events} events given again",
            },
            cancellationToken);
    }
}
