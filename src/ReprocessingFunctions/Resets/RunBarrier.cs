using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace ReprocessingFunctions.Resets;

/// <summary>
/// Waits until a run's history has all that was ever sent to it. What is sent waits in a mailbox, behind a busy hub or a host that is
/// just starting, and no history shows that. An engine takes the mail of an instance in its order: once the run says that it is
/// suspended it has taken all that was sent before it was asked to be.
/// </summary>
internal sealed class RunBarrier(IOptions<ResetSettings> settings, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <exception cref="InvalidOperationException">The run does not answer; nothing was sent, and somebody has to go on later.</exception>
    public async Task RaiseAsync(ResetCall call, string instanceId, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(settings.Value.TerminateTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Left so by an execution that died here: that it is suspended says nothing yet of what was sent since.
            if (await IsAsync(call, instanceId, OrchestrationRuntimeStatus.Suspended, either.Token))
            {
                await call.Client.ResumeInstanceAsync(instanceId, call.Reason, either.Token);
                await UntilAsync(call, instanceId, isSuspended: false, either.Token);
            }

            await SuspendAsync(call, instanceId, either.Token);
            await UntilAsync(call, instanceId, isSuspended: true, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{instanceId} was started again and does not take its messages; its events are given to it later.");
        }
    }

    public static async Task LowerAsync(ResetCall call, string instanceId, CancellationToken cancellationToken)
    {
        if (await IsAsync(call, instanceId, OrchestrationRuntimeStatus.Suspended, cancellationToken))
        {
            await call.Client.ResumeInstanceAsync(instanceId, call.Reason, cancellationToken);
        }
    }

    private static async Task SuspendAsync(ResetCall call, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            await call.Client.SuspendInstanceAsync(instanceId, call.Reason, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It has ended by itself meanwhile and takes nothing any more.
            if (await call.Client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false })
            {
                throw;
            }
        }
    }

    private async Task UntilAsync(ResetCall call, string instanceId, bool isSuspended, CancellationToken cancellationToken)
    {
        while (await call.Client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false } instance
            && instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended != isSuspended)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static async Task<bool> IsAsync(
        ResetCall call, string instanceId, OrchestrationRuntimeStatus status, CancellationToken cancellationToken) =>
        (await call.Client.GetInstanceAsync(instanceId, cancellationToken))?.RuntimeStatus == status;
}
