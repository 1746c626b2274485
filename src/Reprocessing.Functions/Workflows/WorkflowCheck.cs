namespace Reprocessing.Functions.Workflows;

/// <summary>A workflow that is ended from outside tells neither the index nor its order, which would stay in progress for ever: its failure is recorded here.</summary>
internal sealed class WorkflowCheck(
    IWorkflowIndex index,
    IOrderStore orders,
    RetryStrategy backoff,
    IOptions<RestartOptions> restarts,
    IOptions<WorkflowOptions> options,
    TimeProvider time,
    ILogger<WorkflowCheck> logger)
{
    private const int SideBySide = 8;

    public async Task<string?> RunAsync(DurableTaskClient client, string? position, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = (now - options.Value.CheckAge).ToString("O", CultureInfo.InvariantCulture);
        var query = FilterExpression.Parse($"executionStatus IN (Pending, Running, Suspended) AND startTime <= '{before}'", WorkflowFields.Catalog);
        var page = await index.QueryAsync(query.Expression!.At(now), options.Value.ChecksPerTick, position, cancellationToken);
        await Parallel.ForEachAsync(
            page.Items,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
            async (record, cancelled) => await TryCheckAsync(client, record, cancelled));
        return page.Next;
    }

    private async Task TryCheckAsync(DurableTaskClient client, WorkflowRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(client, record, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // It is checked again in the next round; the others must not wait for it.
            logger.WorkflowNotChecked(e, record.InstanceId);
        }
    }

    private async Task CheckAsync(DurableTaskClient client, WorkflowRecord record, CancellationToken cancellationToken)
    {
        // Read before its workflow: if that is run again meanwhile, its record has a higher version, which this correction does not replace.
        // A list's copy may lag behind, but not in the start of the run; another run than the listed one is too young.
        var stored = await index.GetAsync(record.InstanceId, cancellationToken);
        if (stored is not { HasEnded: false } || stored.StartTime != record.StartTime)
        {
            return;
        }

        var instance = await client.GetInstanceAsync(record.InstanceId, cancellationToken);

        // The order is read after its workflow, so that it has all that the workflow wrote before it ended.
        if (record.OrderId is { } orderId
            && (instance is null || instance.IsCompleted)
            && await IsHandledByOrderAsync(orderId, record.InstanceId, instance, cancellationToken))
        {
            return;
        }

        var status = instance is null ? WorkflowStatus.Terminated : EngineStatus.Of(instance.RuntimeStatus);
        if (stored.Status != status)
        {
            var corrected = stored with { Status = status, Revision = stored.Revision + 1 };
            await index.RecordAsync(
                [corrected with { CloseTime = corrected.HasEnded ? instance?.LastUpdatedAt ?? time.GetUtcNow() : null }], cancellationToken);
            logger.WorkflowCorrected(record.InstanceId, stored.Status, status);
        }
    }

    private async Task<bool> IsHandledByOrderAsync(
        string orderId, string workflowId, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        if (await orders.GetAsync(orderId, cancellationToken) is not { } order || order.WorkflowId != workflowId)
        {
            return false;
        }

        if (!order.HasActiveWorkflow)
        {
            // The order's events reach the index by themselves, unless it has refused them before.
            await index.RecordAsync(OrderWorkflows.Of(order), cancellationToken);
            return true;
        }

        if (order.Phase != OrderPhase.InProgress)
        {
            // It has not begun: the next run starts it, also when it has ended.
            return instance is null;
        }

        await RecordFailureAsync(order, instance, cancellationToken);
        return true;
    }

    private async Task RecordFailureAsync(Order order, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        // The service reports how its workflow ends, which the engine does not know. The holder of a lease is at work on the order and may have ended the workflow itself.
        var now = time.GetUtcNow();
        var (isSilent, longest) = (instance is null && IsExternal(order), restarts.Value.SilenceTimeout);
        if ((isSilent && now - order.UpdatedAt < longest) || (order.Lease is { } lease && lease.Until > now))
        {
            return;
        }

        var what = isSilent ? $"was silent for {longest}" : instance is null ? "is gone" : $"has ended as {instance.RuntimeStatus}";
        var report = new FailureReport(
            order.OrderId,
            isSilent ? FailureStatuses.NotAcknowledged : FailureStatuses.Of(StageAfter(order.Checkpoint), timedOut: false),
            order.WorkflowId!,
            instance?.LastUpdatedAt ?? now,
            isSilent ? $"The workflow {what}." : $"The workflow {what} without a word to its order.",
            isSilent ? ErrorType.Timeout : ErrorType.Unknown);
        if (await orders.RecordFailureAsync(report, backoff, cancellationToken) is ChangeOutcome.Changed)
        {
            logger.WorkflowLost(order.OrderId, report.WorkflowId, what);
        }
    }

    private bool IsExternal(Order order) =>
        order.Attempts is [.., var last] && (last.IsExternal ?? restarts.Value.Target == RestartTargetKind.Webhook);

    /// <summary>Never the first: a workflow that was ended during validation says nothing about the order, which must be tried again.</summary>
    private static Stage StageAfter(Stage? checkpoint) =>
        Stages.After(checkpoint) is { } next ? next == Stage.Validate ? Stage.Plan : next : Stage.Ship;
}

internal sealed class WorkflowOptions
{
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CheckAge { get; set; } = TimeSpan.FromMinutes(5);

    [Range(1, 10_000)]
    public int ChecksPerTick { get; set; } = 500;
}

internal static class EngineStatus
{
    /// <summary>A run that is continuing as new is running.</summary>
    public static WorkflowStatus Of(OrchestrationRuntimeStatus status) =>
        Enum.TryParse<WorkflowStatus>(status.ToString(), out var known) ? known : WorkflowStatus.Running;
}
