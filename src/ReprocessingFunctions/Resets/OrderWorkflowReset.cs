namespace ReprocessingFunctions.Resets;

/// <summary>
/// Resets workflows of orders. The order is taken from the old workflow first, in one transaction that also says what comes next:
/// whoever dies after it finds there what is left to do, and the old workflow finds that it has no order any more.
/// </summary>
internal sealed class OrderWorkflowReset(
    IOrderResets resets, WorkflowTerminator terminator, RestartStarter starter, IWorkflowIndex index, IOptions<ResetSettings> settings, TimeProvider time)
{
    /// <returns>A result a workflow, by the workflow's id.</returns>
    public async Task<IReadOnlyList<ItemResult>> RunAsync(ResetCall call, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken)
    {
        if (workflows.Count == 0)
        {
            return [];
        }

        var acted = await resets.ResetAsync(call.Act, call.Rule, workflows, cancellationToken);
        List<(OrderReset Old, CommandResult New)> made = [.. workflows.Zip(acted).Where(pair => pair.Second.Result.State == ItemState.Succeeded)];
        var late = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            made,
            new ParallelOptions { MaxDegreeOfParallelism = settings.Value.Parallelism, CancellationToken = cancellationToken },
            async (pair, token) =>
            {
                // It has no order any more, so the most that it can do is what it would have done too if it had ended at once: the stage
                // that it is at. To wait for it would leave the order to nobody.
                if (await terminator.TerminateAsync(call.Client, pair.Old.WorkflowId, call.Reason, token) is { IsCompleted: false })
                {
                    late[pair.Old.WorkflowId] = $"{pair.Old.WorkflowId} was asked to end and has not ended in time; it has no order any more.";
                }
            });
        var left = await starter.StartAllAsync(call.Client, [.. made.Select(pair => pair.New.Start).OfType<OrderStart>()], cancellationToken);
        await RecordAsync(call, made, cancellationToken);
        return [.. workflows.Zip(acted).Select(pair => (left.Contains(pair.Second.Result.Id) ? pair.Second.Result.NotStarted() : pair.Second.Result with
        {
            Message = late.GetValueOrDefault(pair.First.WorkflowId) ?? pair.Second.Result.Message,
        }) with
        {
            Id = pair.First.WorkflowId,
        })];
    }

    /// <summary>Which workflow goes on with which one's work, and why. Their states the orders tell the index themselves.</summary>
    private async Task RecordAsync(ResetCall call, List<(OrderReset Old, CommandResult New)> made, CancellationToken cancellationToken)
    {
        List<WorkflowRecord> records = [];
        await index.ProjectAsync(cancellationToken);
        foreach (var (old, acted) in made)
        {
            var (nextId, order) = (acted.Result.WorkflowId!, acted.Order!);
            var next = await index.GetAsync(nextId, cancellationToken)
                ?? new(nextId, WorkflowTypes.OrderFulfillment, WorkflowStatus.Pending, time.GetUtcNow())
                {
                    OrderId = order.OrderId,
                    CustomerId = order.CustomerId,
                    OrderStatus = order.Status,
                    Generation = order.Generation,
                };
            records.Add(next with { PreviousInstance = old.WorkflowId, ResetReason = call.Act.Reason, ResetJobId = call.JobId });
            if (await index.GetAsync(old.WorkflowId, cancellationToken) is { } ended)
            {
                records.Add(ended with { NextInstance = nextId });
            }
        }

        await index.RecordAsync(records, cancellationToken);
    }
}

/// <summary>Tells the index and the audit log of a workflow that was run again under its id. Told twice it is told once.</summary>
internal sealed class ResetRecorder(IWorkflowIndex index, IAuditLog audit, TimeProvider time)
{
    public const string Action = "workflow.reset";

    /// <summary>Each is lost against a word that was stored in between, and a new run says little.</summary>
    private const int MaxAttempts = 5;

    public async Task PublishAsync(ResetCall call, ResetStep step, CancellationToken cancellationToken)
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
        for (var attempt = 0; attempt < MaxAttempts && (attempt == 0 || known?.ResetJobId != call.JobId); attempt++)
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
