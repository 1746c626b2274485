namespace Reprocessing.Functions.Restarts;

/// <summary>Where the work on an order is begun. A start may be repeated at any time, under the same workflow id: so there is one workflow an attempt.</summary>
internal interface IRestartTarget
{
    /// <summary>Returns when the workflow exists, whoever started it; throws when it does not.</summary>
    /// <param name="isInterrupted">The workflow was to start long ago and has not begun: an instance of this id that has ended never did anything.</param>
    Task StartAsync(DurableTaskClient client, OrderStart start, bool isInterrupted, CancellationToken cancellationToken);

    Task<StartWait> LookAsync(DurableTaskClient client, OrderStart start, CancellationToken cancellationToken);
}

/// <param name="Limit">How long after its decision the start is given up; null for not yet, whatever the time.</param>
/// <param name="IsStarted">The workflow exists and has not ended: to start it again does nothing.</param>
internal sealed record StartWait(TimeSpan? Limit, bool IsStarted = false);

/// <summary>Nor does it say whether the workflow exists: the engine goes down, with this process.</summary>
internal sealed class EngineSilentException(string workflowId, Exception inner)
    : Exception($"Whether {workflowId} was started is not known: the engine does not answer.", inner);

/// <summary>The outside order service did not take a start over. The start stays pending, and the next run tries again.</summary>
/// <param name="response">As the service says it, which is for no log.</param>
internal sealed class RestartNotAcceptedException(string message, string response) : Exception(message)
{
    public string Response => response;
}

internal sealed class OrderWorkflowTarget(IOptions<FulfillmentOptions> options, IOptions<RestartOptions> restarts) : IRestartTarget
{
    private static readonly OrchestrationRuntimeStatus[] Active =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    private static readonly OrchestrationRuntimeStatus[] Any = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];

    public async Task StartAsync(DurableTaskClient client, OrderStart start, bool isInterrupted, CancellationToken cancellationToken)
    {
        var from = start.IsFirst ? RestartPoint.Beginning : start.Modifications?.From ?? options.Value.RestartFrom;
        var input = new OrderFulfillmentInput(
            start.OrderId,
            start.WorkflowId,
            start.Attempt,
            start.Generation,
            start.Input,
            from,
            (from == RestartPoint.FailedStage ? Stages.After(start.Checkpoint) : Stage.Validate) ?? Stage.Ship,
            start.Modifications?.StageTimeout ?? options.Value.StageTimeout);
        var once = new StartOrchestrationOptions(start.WorkflowId).WithDedupeStatuses(isInterrupted ? Active : Any);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(OrderFulfillmentOrchestrator), input, once, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The type of a refused start differs between engines and their releases; what exists does not.
            if (await FindAsync(client, start.WorkflowId, cancellationToken) is not { } instance || (isInterrupted && instance.IsCompleted))
            {
                throw;
            }
        }
    }

    /// <summary>A hub with a long queue has the workflow in hand, and somebody who suspends it wants it to wait.</summary>
    public async Task<StartWait> LookAsync(DurableTaskClient client, OrderStart start, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(start.WorkflowId, cancellationToken) switch
        {
            null or { IsCompleted: true } => new(restarts.Value.AcknowledgeTimeout),
            { RuntimeStatus: OrchestrationRuntimeStatus.Suspended } => new(Limit: null, IsStarted: true),
            _ => new(restarts.Value.SilenceTimeout, IsStarted: true),
        };

    private static async Task<OrchestrationMetadata?> FindAsync(DurableTaskClient client, string workflowId, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetInstanceAsync(workflowId, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineSilentException(workflowId, e);
        }
    }
}

/// <summary>Hands an attempt to an outside order service, which reports back under the workflow id. Until it has, runs repeat the start, less and less often, up to a limit.</summary>
internal sealed class WebhookRestartTarget(
    WebhookTargets targets, WebhookSender sender, IOptions<RestartOptions> options, TimeProvider time) : IRestartTarget
{
    /// <summary>A start is made within an activity: whoever asks for a longer pause is asked again by the next run.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly WebhookTarget _target = targets.Restarts ?? throw new InvalidOperationException("Orders are not restarted by webhook.");

    private readonly WebhookRetries _retries =
        WebhookRetries.Exponential(options.Value.WebhookAttempts, TimeSpan.FromSeconds(1), factor: 2, LongestWait);

    public async Task StartAsync(DurableTaskClient client, OrderStart start, bool isInterrupted, CancellationToken cancellationToken)
    {
        var message = WebhookMessage.Create(
            DeliveryIds.OfStart(start.WorkflowId),
            start.IsFirst ? "order.start" : "order.restart",
            start.DecidedAt,
            new RestartPayload(start.OrderId, start.WorkflowId, start.Attempt, start.Generation, start.Input, start.Modifications));
        // A new order's caller waits for the answer; its order is stored, and runs are there to be patient.
        var attempts = start.IsFirst && !isInterrupted ? 1 : _retries.Attempts;
        for (var attempt = 1; ; attempt++)
        {
            var reply = await sender.TrySendAsync(_target, message, cancellationToken);
            if (reply.Outcome == WebhookOutcome.Accepted)
            {
                return;
            }

            if (reply.Outcome != WebhookOutcome.Unavailable
                || attempt >= attempts
                || _retries.WaitAfter(attempt, message.Id, reply.After) is var wait && wait > LongestWait)
            {
                throw new RestartNotAcceptedException($"{message.Id} was not accepted: {reply.Reason}", reply.Explanation);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    public Task<StartWait> LookAsync(DurableTaskClient client, OrderStart start, CancellationToken cancellationToken) =>
        Task.FromResult(new StartWait(options.Value.AcknowledgeTimeout));
}

/// <param name="WorkflowId">What the receiver calls the attempt by when it reports its beginning, success or failure.</param>
/// <param name="Attempt">0 is the first of a generation, n its n-th restart.</param>
/// <param name="Generation">Rises when a dead letter is requeued.</param>
internal sealed record RestartPayload(
    string OrderId, string WorkflowId, int Attempt, int Generation, OrderInput Input, RestartModifications? Modifications);
