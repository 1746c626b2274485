namespace Reprocessing.Functions.Resets;

internal sealed record OrderReset(string OrderId, string WorkflowId);

/// <summary>One transaction first takes the order from the old workflow and names the next: after a crash a repeated call finds there what is left to do.</summary>
internal sealed class OrderWorkflowReset(
    IDeadLetterCommands commands, WorkflowTerminator terminator, RestartStarter starter, IWorkflowIndex index, IOptions<ResetSettings> settings)
{
    public async Task<IReadOnlyList<ItemResult>> RunAsync(ResetCall call, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken)
    {
        if (workflows.Count == 0)
        {
            return [];
        }

        var results = await commands.HandleAsync(
            new ResetCommand(call.Action, call.Rule), [.. workflows.Select(workflow => new ItemRef(workflow.OrderId, workflow.WorkflowId))], cancellationToken);
        List<(OrderReset Old, CommandResult New)> made = [.. workflows.Zip(results).Where(pair => pair.Second.Result.State == ItemState.Succeeded)];
        var ended = await made.SelectParallelAsync(
            settings.Value.Parallelism, (pair, token) => terminator.TerminateAsync(call, pair.Old.WorkflowId, createdAt: null, token), cancellationToken);

        // Without its order an old workflow can at most finish the stage that it is at. To wait for it would leave the order to nobody.
        var late = ended.OfType<OrchestrationMetadata>().Where(instance => !instance.IsCompleted).Select(instance => instance.InstanceId).ToHashSet(StringComparer.Ordinal);
        var notStarted = await starter.StartAllAsync(call.Client, [.. made.Select(pair => pair.New.Start).OfType<OrderStart>()], cancellationToken);
        await RecordAsync(call, made, cancellationToken);
        return [.. workflows.Zip(results, (workflow, result) => ResultOf(workflow.WorkflowId, result.Result))];

        ItemResult ResultOf(string workflowId, ItemResult result) => (notStarted.ContainsKey(result.Id) ? result.NotStarted()
            : late.Contains(workflowId) ? result with { Message = $"{workflowId} was asked to end and has not ended in time; it has no order any more." }
            : result) with { Id = workflowId };
    }

    private async Task RecordAsync(ResetCall call, List<(OrderReset Old, CommandResult New)> made, CancellationToken cancellationToken)
    {
        List<WorkflowRecord> records = [];
        await index.ProjectAsync(cancellationToken);
        foreach (var (old, result) in made)
        {
            var nextId = result.Result.WorkflowId!;
            if ((await index.GetAsync(nextId, cancellationToken) ?? OrderWorkflows.Of(result.Order!).FirstOrDefault(one => one.InstanceId == nextId)) is { } next)
            {
                records.Add(next with { PreviousInstance = old.WorkflowId, ResetReason = call.Action.Reason, ResetJobId = call.JobId });
            }

            if (await index.GetAsync(old.WorkflowId, cancellationToken) is { } ended)
            {
                records.Add(ended with { NextInstance = nextId });
            }
        }

        await index.RecordAsync(records, cancellationToken);
    }
}

/// <summary>Records in the index and the audit log that a workflow was run again under its id; repeated calls record it once.</summary>
internal sealed class ResetRecorder(IWorkflowIndex index, IAuditLog audit, TimeProvider time)
{
    public const string Action = "workflow.reset";

    /// <summary>An attempt is lost only to a record of the new run in between, of which there are few.</summary>
    private const int MaxAttempts = 5;

    public async Task PublishAsync(ResetCall call, ResetStep step, CancellationToken cancellationToken)
    {
        if (step.RefusedReason is not null)
        {
            return;
        }

        await RecordAsync(call, step, step.NewCreatedAt ?? time.GetUtcNow(), cancellationToken);
        await audit.AddAsync(
            new($"{call.JobId}-{Action}-{step.InstanceId}", time.GetUtcNow(), call.Action.By, Action, step.InstanceId)
            {
                Reason = call.Action.Reason,
                Detail = $"{EnumNames.Of(call.Rule.Type)} by {call.JobId}, {step.Sent} of {step.Events} events given again",
            },
            cancellationToken);
    }

    /// <summary>The new run records itself at the same time: if its newer record kept the old reason, the new reason is recorded again on top.</summary>
    private async Task RecordAsync(ResetCall call, ResetStep step, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var known = await index.GetAsync(step.InstanceId, cancellationToken);
        for (var attempt = 0; attempt < MaxAttempts && (attempt == 0 || known?.ResetJobId != call.JobId); attempt++)
        {
            await index.RecordAsync([Record(call, step, known, startedAt)], cancellationToken);
            known = await index.GetAsync(step.InstanceId, cancellationToken);
        }
    }

    private static WorkflowRecord Record(ResetCall call, ResetStep step, WorkflowRecord? known, DateTimeOffset startedAt)
    {
        var record = known is not null && known.Version > startedAt.UtcTicks
            ? known with { Revision = known.Revision + 1 } // The new run has recorded itself already.
            : (known ?? new(step.InstanceId, step.Name, WorkflowStatus.Running, startedAt)) with
            {
                Version = startedAt.UtcTicks,
                Revision = 0,
                Status = WorkflowStatus.Running,
                CloseTime = null,
                Continuations = step.Continuations,
            };
        return record with
        {
            StartTime = startedAt,
            PreviousInstance = step.InstanceId,
            NextInstance = step.InstanceId,
            ResetReason = call.Action.Reason,
            ResetJobId = call.JobId,
        };
    }
}
