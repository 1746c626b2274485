namespace Reprocessing.Domain.Orders;

/// <summary>The life of an order. Each change is idempotent in its workflow id or run id: asked again it answers <see cref="Transition.Unchanged"/>.</summary>
// pending ------ begin -----> in_progress -- complete --> completed
//                              |      ^
//                            fail   begin
//                              v      |
//  dead_letter <----------- (status) -- restart --> pending_retry          cancel: from anywhere but completed; fail: from pending, too
//                                                                         dead letters: see DeadLetterTransitions; resets: see ResetTransitions
public static class OrderTransitions
{
    private static readonly TimeSpan LongestStartPause = TimeSpan.FromHours(1);

    public static Transition.Applied Create(OrderInput input, DateTimeOffset now)
    {
        var workflowId = WorkflowIds.For(input.OrderId, generation: 0, retry: 0);
        return Step(
            New(input, now) with { WorkflowId = workflowId, StartDecidedAt = now, Attempts = [new(0, 0, workflowId, now)] },
            new(0, now, TimelineEventKind.Created) { WorkflowId = workflowId });
    }

    /// <summary>A new order that another system works on: no workflow is started until a run restarts it.</summary>
    public static Transition.Applied CreateExternal(OrderInput input, DateTimeOffset now) =>
        Step(New(input, now), new(0, now, TimelineEventKind.Created));

    public static Transition Begin(Order order, string workflowId, RestartPoint point, DateTimeOffset now, bool isExternal = false)
    {
        if (order is { WorkflowId: null, Phase: OrderPhase.Pending })
        {
            // Another system works on the order and names its workflow now, as it does when it reports a failure.
            order = order with { WorkflowId = workflowId, Attempts = [new(order.RetryCount, order.Generation, workflowId, now)] };
        }

        return order.Phase switch
        {
            _ when !Owns(order, workflowId) => NotYours(order, workflowId),
            OrderPhase.InProgress => new Transition.Unchanged(),
            OrderPhase.Pending or OrderPhase.PendingRetry => Step(
                order with
                {
                    Phase = OrderPhase.InProgress,
                    StartDecidedAt = null,
                    Checkpoint = point == RestartPoint.FailedStage ? order.Checkpoint : null,
                    Attempts = EditLast(order, attempt => attempt with { BegunAt = now, IsExternal = isExternal }),
                },
                new(order.EventCount, now, TimelineEventKind.Started) { WorkflowId = workflowId }),
            _ => Over(order),
        };
    }

    public static Transition CompleteStage(Order order, string workflowId, Stage stage, DateTimeOffset now) => order.Phase switch
    {
        _ when !Owns(order, workflowId) => NotYours(order, workflowId),
        OrderPhase.InProgress when order.Checkpoint >= stage => new Transition.Unchanged(),
        OrderPhase.InProgress => Step(
            order with { Checkpoint = stage },
            new(order.EventCount, now, TimelineEventKind.StageCompleted) { WorkflowId = workflowId, Stage = stage }),
        OrderPhase.Pending or OrderPhase.PendingRetry => NotBegun(order),
        _ => Over(order),
    };

    /// <summary>One change tells all that follows from a stage: the first one also begins the attempt, and the last one completes the order.</summary>
    public static Transition FinishStage(Order order, StageWork work, DateTimeOffset begunAt, DateTimeOffset now)
    {
        if (order.Phase == OrderPhase.Completed && Owns(order, work.WorkflowId))
        {
            return new Transition.Unchanged();
        }

        var begun = Begin(order, work.WorkflowId, work.From, begunAt);
        var finished = Then(order, begun, current => CompleteStage(current, work.WorkflowId, work.Stage, now));
        return Stages.After(work.Stage) is null
            ? Then(order, finished, current => Complete(current, work.WorkflowId, now))
            : finished;
    }

    public static Transition FailStage(
        Order order, StageWork work, OrderFailure failure, DateTimeOffset dueAt, DateTimeOffset begunAt, DateTimeOffset now) =>
        order.Attempts.Any(attempt => attempt.Failure?.WorkflowId == work.WorkflowId)
            ? new Transition.Unchanged()
            : Then(order, Begin(order, work.WorkflowId, work.From, begunAt), current => Fail(current, failure, dueAt, now));

    /// <summary>An earlier attempt, or an earlier call of this one, has done the stage: the warehouse is not asked again.</summary>
    public static bool IsStageDone(Order order, StageWork work) =>
        (order.Phase == OrderPhase.InProgress || work.From == RestartPoint.FailedStage) && order.Checkpoint >= work.Stage;

    /// <summary>Success clears the retry metadata; the attempts stay.</summary>
    public static Transition Complete(Order order, string workflowId, DateTimeOffset now) => order.Phase switch
    {
        _ when !Owns(order, workflowId) => NotYours(order, workflowId),
        OrderPhase.Completed => new Transition.Unchanged(),
        OrderPhase.InProgress => Step(
            order with
            {
                Phase = OrderPhase.Completed,
                RetryCount = 0,
                Lease = null,
                Modifications = null,
                Attempts = EditLast(order, attempt => attempt with { EndedAt = now }),
            },
            new(order.EventCount, now, TimelineEventKind.Completed) { WorkflowId = workflowId }),
        OrderPhase.Pending or OrderPhase.PendingRetry => NotBegun(order),
        _ => Over(order),
    };

    public static Transition Fail(Order order, OrderFailure failure, DateTimeOffset dueAt, DateTimeOffset now) => order switch
    {
        _ when order.Attempts.Any(attempt => attempt.Failure?.WorkflowId == failure.WorkflowId) => new Transition.Unchanged(),
        { Phase: OrderPhase.Failed } => new Transition.Refused(
            Refusal.AlreadyFailed, $"Order {order.OrderId} has already failed with workflow {order.Failure?.WorkflowId}."),
        { HasActiveWorkflow: false } => Over(order),
        { WorkflowId: not null } when !Owns(order, failure.WorkflowId) => new Transition.Refused(
            Refusal.ActiveWorkflow, $"Order {order.OrderId} is being processed by workflow {order.WorkflowId}, not by {failure.WorkflowId}."),
        _ => Step(
            order with
            {
                Phase = OrderPhase.Failed,
                WorkflowId = failure.WorkflowId,
                Failure = failure,
                StartDecidedAt = null,
                DueAt = dueAt,
                Attempts = order.WorkflowId is null
                    ? [.. order.Attempts, new(order.RetryCount, order.Generation, failure.WorkflowId, failure.FailedAt) { EndedAt = failure.FailedAt, Failure = failure }]
                    : EditLast(order, attempt => attempt with { EndedAt = failure.FailedAt, Failure = failure }),
            },
            new(order.EventCount, now, TimelineEventKind.Failed) { WorkflowId = failure.WorkflowId, Detail = failure.Reason }),
    };

    /// <summary>It is asked again when twice the time has passed, and at least every hour. Like a lease this changes neither version nor timeline.</summary>
    public static Transition DeferStart(Order order, string workflowId, string? answer, DateTimeOffset? latest, DateTimeOffset now)
    {
        if (order.StartDecidedAt is not { } decidedAt || !Owns(order, workflowId))
        {
            return new Transition.Unchanged();
        }

        var pause = now - decidedAt;
        var next = now + (pause < LongestStartPause ? pause : LongestStartPause);
        return new Transition.Applied(order with { StartRetry = new(workflowId, next > latest ? latest.Value : next, answer) }, []);
    }

    /// <summary>The workflow has not begun in time: the attempt has failed. One that has begun meanwhile is left alone.</summary>
    public static Transition FailStart(Order order, OrderFailure failure, DateTimeOffset dueAt, DateTimeOffset now) =>
        order.StartDecidedAt is null || !Owns(order, failure.WorkflowId) ? new Transition.Unchanged() : Fail(order, failure, dueAt, now);

    /// <summary>One retry more, a new workflow to start. The run is remembered, so that it never counts the order twice.</summary>
    public static Transition Restart(Order order, string runId, DateTimeOffset now)
    {
        if (order.Phase != OrderPhase.Failed)
        {
            return NotFailed(order);
        }

        var next = WithAttempt(order with { RetryCount = order.RetryCount + 1 }, now, runId);
        return Step(
            next with { Modifications = null, LastRun = new(runId, RunOutcome.Restarted, next.WorkflowId) },
            new(order.EventCount, now, TimelineEventKind.Restarted) { WorkflowId = next.WorkflowId, RunId = runId });
    }

    public static Transition DeadLetter(Order order, string runId, DateTimeOffset now) => order.Phase == OrderPhase.Failed
        ? Step(
            Dead(order, now) with { LastRun = new(runId, RunOutcome.DeadLettered) },
            new(order.EventCount, now, TimelineEventKind.DeadLettered)
            {
                WorkflowId = order.WorkflowId,
                RunId = runId,
                Detail = order.Failure?.Reason,
            })
        : NotFailed(order);

    public static Transition Cancel(Order order, AuditedAction action, DateTimeOffset now) => order.Phase switch
    {
        OrderPhase.Cancelled => new Transition.Unchanged(),
        OrderPhase.Completed => Over(order),
        OrderPhase.DeadLetter => new Transition.Refused(Refusal.DeadLetter, $"Order {order.OrderId} is a dead letter."),
        _ => Cancelled(order, action, now),
    };

    public static Transition.Applied Note(Order order, string text, DateTimeOffset now, string? author = null) => Step(
        order,
        new(order.EventCount, now, TimelineEventKind.Note) { WorkflowId = order.WorkflowId, Actor = author, Detail = text });

    internal static Transition.Applied Cancelled(Order order, AuditedAction action, DateTimeOffset now) => Step(
        order with { Phase = OrderPhase.Cancelled, DueAt = null, StartDecidedAt = null, EscalatedAt = null, Lease = null },
        EventOf(order, TimelineEventKind.Cancelled, action, now));

    internal static TimelineEvent EventOf(Order order, TimelineEventKind kind, AuditedAction action, DateTimeOffset now) =>
        new(order.EventCount, now, kind) { WorkflowId = order.WorkflowId, RunId = action.JobId, Actor = action.By, Detail = action.Reason };

    internal static Order Dead(Order order, DateTimeOffset now) => order with
    {
        Phase = OrderPhase.DeadLetter,
        DueAt = null,
        DeadLetterCount = order.DeadLetterCount + 1,
        DeadLetteredAt = now,
        EscalatedAt = null,
        PurgedBy = null,
        PurgedAt = null,
        Lease = null,
    };

    /// <summary>A workflow of the order's generation and retry count is to start.</summary>
    internal static Order WithAttempt(Order order, DateTimeOffset now, string? runId, int? jobAttempt = null, string? jobItem = null)
    {
        var workflowId = WorkflowIds.For(order.OrderId, order.Generation, order.RetryCount);
        List<Attempt> attempts =
        [
            .. order.Attempts, new(order.RetryCount, order.Generation, workflowId, now) { RunId = runId, JobAttempt = jobAttempt, JobItem = jobItem },
        ];
        var dropped = Math.Max(0, attempts.Count - Order.MaxAttempts);
        return order with
        {
            Phase = OrderPhase.PendingRetry,
            WorkflowId = workflowId,
            Failure = null,
            DueAt = null,
            StartDecidedAt = now,
            Attempts = attempts[dropped..],
            DroppedAttempts = order.DroppedAttempts + dropped,
        };
    }

    /// <summary>The event tells the order's status unless it is of a kind that leaves it as it was.</summary>
    internal static Transition.Applied Step(Order order, TimelineEvent added) => new(
        order with { Version = order.Version + 1, EventCount = order.EventCount + 1, UpdatedAt = added.At },
        [
            added.Kind is TimelineEventKind.StageCompleted or TimelineEventKind.Note or TimelineEventKind.Escalated or TimelineEventKind.Purged
                ? added
                : added with { Status = order.Status },
        ]);

    internal static Transition.Refused NotFailed(Order order) =>
        new(order.HasActiveWorkflow ? Refusal.ActiveWorkflow : Refusal.NotFailed, $"Order {order.OrderId} is {order.Status}, not failed.");

    internal static Transition.Refused Over(Order order) =>
        new(Refusal.Ended, $"Order {order.OrderId} is {order.Status}.");

    /// <summary>Two transitions as one change: what the second one does not add to is as the first one left it.</summary>
    internal static Transition Then(Order order, Transition first, Func<Order, Transition> next)
    {
        if (first is Transition.Refused)
        {
            return first;
        }

        var applied = first as Transition.Applied;
        return next(applied?.Order ?? order) switch
        {
            Transition.Applied second when applied is not null => second with { Events = [.. applied.Events, .. second.Events] },
            Transition.Unchanged => first,
            var second => second,
        };
    }

    private static Order New(OrderInput input, DateTimeOffset now) => new()
    {
        OrderId = input.OrderId,
        CustomerId = input.CustomerId,
        Snapshot = OrderSnapshot.Of(input),
        Phase = OrderPhase.Pending,
        CreatedAt = now,
        UpdatedAt = now,
    };

    internal static bool Owns(Order order, string workflowId) => string.Equals(order.WorkflowId, workflowId, StringComparison.Ordinal);

    private static List<Attempt> EditLast(Order order, Func<Attempt, Attempt> edit) =>
        order.Attempts is [.., var last] ? [.. order.Attempts.SkipLast(1), edit(last)] : [];

    internal static Transition.Refused NotYours(Order order, string workflowId) =>
        new(Refusal.Superseded, $"Order {order.OrderId} belongs to workflow {order.WorkflowId ?? "(none)"}, not to {workflowId}.");

    private static Transition.Refused NotBegun(Order order) =>
        new(Refusal.NotBegun, $"Workflow {order.WorkflowId} of order {order.OrderId} has not begun.");
}
