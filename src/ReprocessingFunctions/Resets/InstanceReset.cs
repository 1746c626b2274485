using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Resets;

namespace ReprocessingFunctions.Resets;

/// <summary>
/// Resets a workflow that keeps its instance id. Each step is stored before the next is taken, so that whoever goes on after a
/// crash resets nothing twice: begun, captured (the old run has ended, all that the new one needs is kept), started, done.
/// </summary>
internal sealed class InstanceReset(IResetSteps steps, ResetCapture capture, EventReplay replay, ResetBooks books)
{
    /// <summary>An instance that has ended is no obstacle: it is the one that is replaced.</summary>
    private static readonly OrchestrationRuntimeStatus[] Active =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public static ItemResult ResultOf(ResetStep step) => step switch
    {
        { RefusedReason: null } => new(step.InstanceId, ItemState.Succeeded),
        { IsLeftAlone: true } => new(step.InstanceId, ItemState.Skipped, step.RefusedReason, step.RefusedMessage),
        _ => new(step.InstanceId, ItemState.Failed, step.RefusedReason, $"{step.RefusedMessage} It was put back as it was."),
    };

    /// <returns>Null when the job has not begun with this workflow.</returns>
    public Task<StoredResetStep?> FindAsync(string jobId, string instanceId, CancellationToken cancellationToken) =>
        steps.ReadAsync(jobId, instanceId, cancellationToken);

    public async Task<ItemResult> BeginAsync(ResetCall call, FoundWorkflow found, CancellationToken cancellationToken)
    {
        var (begun, refused) = await capture.BeginAsync(call, found, cancellationToken);
        return refused ?? await RunAsync(call, begun!, resumed: false, cancellationToken);
    }

    /// <summary>From where an execution that died has left it. No event is sent before it is stored that the new run exists.</summary>
    public Task<ItemResult> GoOnAsync(ResetCall call, StoredResetStep stored, CancellationToken cancellationToken) =>
        RunAsync(call, stored, resumed: stored.Step.Stage == ResetStage.Started, cancellationToken);

    private async Task<ItemResult> RunAsync(ResetCall call, StoredResetStep stored, bool resumed, CancellationToken cancellationToken)
    {
        if (stored.Step.Stage == ResetStage.Begun)
        {
            (stored, var refused) = await capture.EndAsync(call, stored, cancellationToken);
            if (refused is not null)
            {
                return refused;
            }
        }

        if (stored.Step.Stage == ResetStage.Captured)
        {
            stored = await StartAsync(call, stored, cancellationToken);
        }

        if (stored.Step.Stage == ResetStage.Started)
        {
            stored = await replay.SendAsync(call, stored, resumed, cancellationToken);
            await books.TellAsync(call, stored.Step, cancellationToken);
            stored = await steps.WriteAsync(call.JobId, stored, stored.Step with { Stage = ResetStage.Done }, cancellationToken);
        }

        return ResultOf(stored.Step);
    }

    private async Task<StoredResetStep> StartAsync(ResetCall call, StoredResetStep stored, CancellationToken cancellationToken)
    {
        var step = stored.Step;
        var instance = await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken);
        if (instance is null || instance.CreatedAt == step.OldCreatedAt)
        {
            try
            {
                var again = new StartOrchestrationOptions(step.InstanceId).WithDedupeStatuses(Active);
                await call.Client.ScheduleNewOrchestrationInstanceAsync(step.Name, Parse(step.Input), again, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The type of a refused start differs between engines and their releases; what exists does not.
                if (await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken) is not { } there || there.CreatedAt == step.OldCreatedAt)
                {
                    throw;
                }
            }

            instance = await call.Client.GetInstanceAsync(step.InstanceId, cancellationToken);
        }

        return await steps.WriteAsync(
            call.JobId, stored, step with { Stage = ResetStage.Started, NewCreatedAt = instance?.CreatedAt }, cancellationToken);
    }

    /// <summary>As JSON and not as text, so that the engine writes it as it was.</summary>
    internal static JsonElement? Parse(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Null ? null : document.RootElement.Clone();
    }
}
