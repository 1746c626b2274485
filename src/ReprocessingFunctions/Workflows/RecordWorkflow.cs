using Microsoft.Azure.Functions.Worker;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Workflows;

namespace ReprocessingFunctions.Workflows;

/// <param name="At">When that was so. An older word never takes the place of a newer one.</param>
internal sealed record RecordWorkflowInput(
    string InstanceId, string Type, WorkflowStatus Status, DateTimeOffset At, int Continuations = 0, string? CustomerId = null);

/// <summary>Puts into the index what a workflow says of itself.</summary>
internal sealed class RecordWorkflow(IWorkflowIndex index)
{
    [Function(nameof(RecordWorkflow))]
    public async Task<bool> RunAsync([ActivityTrigger] RecordWorkflowInput input, CancellationToken cancellationToken)
    {
        var stored = await index.GetAsync(input.InstanceId, cancellationToken);
        var record = (stored ?? new(input.InstanceId, input.Type, input.Status, input.At)) with
        {
            Status = input.Status,
            CustomerId = input.CustomerId ?? stored?.CustomerId,
            Continuations = input.Continuations,
            Version = input.At.UtcTicks,
            Revision = 0,

            // What others tell of it is theirs to change: the index keeps that, and what was read here may be old by now.
            PreviousInstance = null,
            NextInstance = null,
            ResetReason = null,
            ResetJobId = null,
        };
        await index.RecordAsync([record with { CloseTime = record.HasEnded ? input.At : null }], cancellationToken);
        return true;
    }
}
