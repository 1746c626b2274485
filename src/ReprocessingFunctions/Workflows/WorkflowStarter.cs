using System.Text;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Workflows;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Workflows;

/// <param name="Orchestrator">The function's name.</param>
/// <param name="Type">What queries call it.</param>
internal sealed record WorkflowStart(string Orchestrator, string Type, string InstanceId, object Input, string? CustomerId = null);

/// <summary>
/// Starts workflows that are no order's, so that the index knows them from the beginning. The record comes first: dying in between
/// leaves one of a workflow that does not exist, which the look at the engine finds, and never a workflow that nobody knows of.
/// </summary>
internal sealed class WorkflowStarter(IWorkflowIndex index, TimeProvider time)
{
    private static readonly OrchestrationRuntimeStatus[] Any = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];

    /// <returns>False when the instance exists already, ended or not; it is left as it is.</returns>
    public async Task<bool> StartAsync(DurableTaskClient client, WorkflowStart start, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(start.InstanceId, cancellationToken) is not null)
        {
            return false;
        }

        await index.RecordAsync([Record(start)], cancellationToken);
        try
        {
            var once = new StartOrchestrationOptions(start.InstanceId).WithDedupeStatuses(Any);
            await client.ScheduleNewOrchestrationInstanceAsync(start.Orchestrator, start.Input, once, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            if (await client.GetInstanceAsync(start.InstanceId, cancellationToken) is null)
            {
                throw;
            }

            return false;
        }
    }

    private WorkflowRecord Record(WorkflowStart start)
    {
        var now = time.GetUtcNow();
        var input = JsonSerializer.Serialize(start.Input, AppJson.Worker);
        return new(start.InstanceId, start.Type, WorkflowStatus.Pending, now)
        {
            CustomerId = start.CustomerId,
            OriginalInput = Encoding.UTF8.GetByteCount(input) <= WorkflowRecord.MaxInputBytes ? input : null,
            Version = now.UtcTicks,
        };
    }
}
