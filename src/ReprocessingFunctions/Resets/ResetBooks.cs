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

    /// <summary>Each is lost against a word that was stored in between, and a new run says little.</summary>
    private const int MostGoes = 5;

    public async Task TellAsync(ResetCall call, ResetStep step, CancellationToken cancellationToken)
    {
        if (step.RefusedReason is not null)
        {
            return;
        }

        await RecordAsync(call, step, step.NewCreatedAt ?? time.GetUtcNow(), cancellationToken);
        await audit.AddAsync(
            new($"{call.JobId}-{Action}-{step.InstanceId}", time.GetUtcNow(), call.Act.By, Action, step.InstanceId)
            {
                Reason = call.Act.Reason,
                Detail = $"{EnumNames.Of(call.Rule.Type)} by {call.JobId}, {step.Sent} of {step.Events} events given again",
            },
            cancellationToken);
    }

    /// <summary>
    /// The new run tells of itself at the same time: when its newer word took the old reason along, this one's is told once more on top.
    /// </summary>
    private async Task RecordAsync(ResetCall call, ResetStep step, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var known = await index.GetAsync(step.InstanceId, cancellationToken);
        for (var go = 0; go < MostGoes && (go == 0 || known?.ResetJobId != call.JobId); go++)
        {
            await index.RecordAsync([Told(call, step, known, startedAt)], cancellationToken);
            known = await index.GetAsync(step.InstanceId, cancellationToken);
        }
    }

    private static WorkflowRecord Told(ResetCall call, ResetStep step, WorkflowRecord? known, DateTimeOffset startedAt)
    {
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
        return told with
        {
            StartTime = startedAt,
            PreviousInstance = step.InstanceId,
            NextInstance = step.InstanceId,
            ResetReason = call.Act.Reason,
            ResetJobId = call.JobId,
        };
    }
}
