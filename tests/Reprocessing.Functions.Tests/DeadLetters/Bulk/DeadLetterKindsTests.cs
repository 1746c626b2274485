using Reprocessing.Storage.Leases;

namespace Reprocessing.Functions.Tests.DeadLetters.Bulk;

/// <summary>What the kinds of jobs ask of storage, and what they make of an order's attempts.</summary>
public sealed class DeadLetterKindsTests
{
    private static readonly ItemRef Item = new("A1", "v4");
    private static readonly JobRecord Job = new()
    {
        JobId = "job-1",
        Operation = JobOperation.Retry,
        RequestedBy = "ada",
        Reason = "full again",
        CreatedAt = Backlog.Start,
        State = JobState.Running,
        Selection = "all",
        Control = new(1, DesiredState.Run, new()),
    };

    private readonly Mock<IJobStore> _jobs = new();
    private readonly Mock<ILeases> _leases = new();
    private readonly Mock<IDeadLetterCommands> _actions = new();
    private readonly Mock<INotifications> _notifications = new();
    private readonly Mock<IAuditLog> _audit = new();

    public DeadLetterKindsTests()
    {
        _jobs.Setup(jobs => jobs.GetAsync("job-1", It.IsAny<CancellationToken>())).ReturnsAsync(Job);
        _jobs.Setup(jobs => jobs.SelectAsync("job-1", 10, 2, null, It.IsAny<CancellationToken>())).ReturnsAsync(new ItemSlice(1, [new([Item])], "c"));
        _leases.Setup(leases => leases.ByShard(It.IsAny<IReadOnlyList<ItemRef>>(), 2)).Returns((IReadOnlyList<ItemRef> items, int _) => [new(items)]);
    }

    [Fact]
    public async Task A_resolve_acts_for_whoever_asked_for_the_job_with_the_jobs_reason()
    {
        List<ResolveCommand> asked = [];
        _actions.Setup(actions => actions.HandleAsync(Capture.In(asked), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([DeadLetterApp.Done]);

        var results = await Kind(JobOperation.Resolve)
            .ProcessAsync(new("job-1", """{ "resolution": "cancelled", "notes": "too old" }""", [Item]), new FakeEngine().Client, default);

        Assert.Equal(ItemState.Succeeded, Assert.Single(results).State);
        Assert.Equal((new AuditedAction("ada", "full again") { JobId = "job-1" }, "too old"), (asked[0].Action, asked[0].Note));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_item_whose_workflow_was_not_started_has_failed_and_is_let_go(bool waits)
    {
        var start = DeadLetterApp.Start;
        _actions.Setup(actions => actions.HandleAsync(It.IsAny<RequeueCommand>(), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(
            [
                new(new("A1", ItemState.Succeeded) { WorkflowId = start.WorkflowId }) { Start = start },
                new(new("A2", ItemState.Succeeded) { WorkflowId = "begun-before" }),
                new(new("A3", ItemState.Skipped, ItemReasons.Leased)),
            ]);
        List<IReadOnlyList<ItemRef>> givenUp = [];
        _actions.Setup(actions => actions.HandleAsync(It.IsAny<AbandonCommand>(), Capture.In(givenUp), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        var engine = new FakeEngine { FailsWith = new TimeoutException("no engine") };

        var results = await Kind(JobOperation.Retry).ProcessAsync(
            new("job-1", null, [Item, new("A2", "v1"), new("A3", "v1")]) { HoldUntil = waits ? Backlog.Start.AddMinutes(5) : null }, engine.Client, default);

        Assert.Equal(
            [(ItemState.Failed, ItemReasons.NotStarted), (ItemState.Succeeded, null), (ItemState.Skipped, ItemReasons.Leased)],
            results.Select(result => (result.State, result.Reason)));
        Assert.Contains("pending_retry", results[0].Message, StringComparison.Ordinal);
        Assert.Equal(waits ? ["A1"] : [], givenUp.SelectMany(items => items).Select(item => item.Id));
    }

    [Fact]
    public async Task An_item_whose_engine_goes_down_is_not_given_up_but_its_call_made_again()
    {
        var start = DeadLetterApp.Start;
        _actions.Setup(actions => actions.HandleAsync(It.IsAny<RequeueCommand>(), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([new(new("A1", ItemState.Succeeded) { WorkflowId = start.WorkflowId }) { Start = start }]);
        var engine = new FakeEngine { IsSilent = true };
        var request = new ProcessRequest("job-1", null, [Item]) { HoldUntil = Backlog.Start.AddMinutes(5) };

        await Assert.ThrowsAsync<EngineSilentException>(() => Kind(JobOperation.Retry).ProcessAsync(request, engine.Client, default));
        engine.IsSilent = false;
        var results = await Kind(JobOperation.Retry).ProcessAsync(request, engine.Client, default);

        Assert.Equal(ItemState.Succeeded, Assert.Single(results).State);
        _actions.Verify(actions => actions.HandleAsync(It.IsAny<AbandonCommand>(), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Fact]
    public async Task A_slice_is_reserved_for_the_job_until_it_is_over_and_a_purge_reserves_nothing()
    {
        var request = new SelectRequest("job-1", null, 10, 2, null, Backlog.Start.AddMinutes(5));
        _leases.Setup(leases => leases.AcquireAsync(
                It.IsAny<string>(), It.IsAny<IReadOnlyList<string>>(), It.IsAny<DateTimeOffset>(), It.IsAny<Func<Order, bool>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new HashSet<string> { "A1" });

        var slice = await Kind(JobOperation.Resolve).SelectAsync(request, default);

        Assert.Equal((1, "c"), (slice.Count, slice.Cursor));
        _leases.Verify(leases => leases.AcquireAsync(
            "job-1", new[] { "A1" }, Backlog.Start.AddMinutes(5), It.IsAny<Func<Order, bool>>(), It.IsAny<CancellationToken>()), Times.Once);
        _leases.Invocations.Clear();

        await Kind(JobOperation.Purge).SelectAsync(request, default);

        _leases.Verify(
            leases => leases.AcquireAsync(It.IsAny<string>(), It.IsAny<IReadOnlyList<string>>(), It.IsAny<DateTimeOffset>(), It.IsAny<Func<Order, bool>>(), It.IsAny<CancellationToken>()),
            Times.Never);
    }

    [Fact]
    public async Task A_purge_says_whether_open_entries_are_meant()
    {
        List<PurgeCommand> asked = [];
        _actions.Setup(actions => actions.HandleAsync(Capture.In(asked), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([DeadLetterApp.Done]);

        await Kind(JobOperation.Purge).ProcessAsync(new("job-1", """{ "confirm": 1, "force": true }""", [Item]), new FakeEngine().Client, default);

        Assert.True(Assert.Single(asked).Force);
    }

    [Fact]
    public async Task Each_item_that_was_done_is_told_to_the_audit_log_the_same_each_time()
    {
        var act = new AuditedAction("ada", "full again") { JobId = "job-1" };
        var taken = ((Transition.Applied)DeadLetterTransitions.Requeue(Dead(), RestartRequest.Plain with { JobAttempt = 1 }, act, Backlog.Start.AddMinutes(1))).Order;
        var begun = ((Transition.Applied)OrderTransitions.Begin(taken, taken.WorkflowId!, RestartPoint.Beginning, Backlog.Start.AddMinutes(3))).Order;
        var skipped = new CommandResult(new("A2", ItemState.Skipped, ItemReasons.Leased)) { Order = Dead() };
        _actions.SetupSequence(actions => actions.HandleAsync(It.IsAny<RequeueCommand>(), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([new(new("A1", ItemState.Succeeded)) { Order = taken }, skipped])
            .ReturnsAsync([new(new("A1", ItemState.Succeeded)) { Order = begun }, skipped]);
        List<IReadOnlyList<AuditEvent>> told = [];
        _audit.Setup(audit => audit.AddAllAsync(Capture.In(told), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await Kind(JobOperation.Retry).ProcessAsync(new("job-1", null, [Item, new("A2", "v1")]), new FakeEngine().Client, default);
        }

        Assert.Equal(2, told.Count);
        Assert.All(told, events => Assert.Equal(
            new AuditEvent("job-1-A1-1", Backlog.Start.AddMinutes(1), "ada", "dead_letter.retried", "A1")
            {
                Reason = "full again",
                Detail = $"workflow {taken.WorkflowId}, by job-1",
            },
            Assert.Single(events)));
    }

    [Fact]
    public async Task What_was_resolved_and_purged_by_this_job_alone_is_told_with_the_moment_of_the_deed()
    {
        var act = new AuditedAction("ada", "full again") { JobId = "job-1" };
        var (cancelled, at) = (((Transition.Applied)DeadLetterTransitions.Cancel(Dead(), act, Backlog.Start)).Order, Backlog.Start.AddMinutes(2));
        var purged = ((Transition.Applied)DeadLetterTransitions.Purge(cancelled, act, at.AddMinutes(1))).Order;
        var entry = DeadLetterApp.Open.Resolve(DeadLetterResolution.Cancelled, act, cancelled, at);
        _actions.Setup(actions => actions.HandleAsync(It.IsAny<ResolveCommand>(), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([new(new("A1", ItemState.Succeeded)) { Order = cancelled, Entry = entry }, new(new("A2", ItemState.Skipped)) { Entry = entry }]);
        _actions.Setup(actions => actions.HandleAsync(It.IsAny<PurgeCommand>(), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([new(new("A1", ItemState.Succeeded)) { Order = purged }, new(new("A2", ItemState.Skipped)) { Order = cancelled }]);
        List<IReadOnlyList<AuditEvent>> told = [];
        _audit.Setup(audit => audit.AddAllAsync(Capture.In(told), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        var request = new ProcessRequest("job-1", null, [Item, new("A2", "v1")]);

        await Kind(JobOperation.Resolve)
            .ProcessAsync(request with { Options = """{ "resolution": "cancelled" }""" }, new FakeEngine().Client, default);
        await Kind(JobOperation.Purge)
            .ProcessAsync(request with { Options = """{ "confirm": "purge" }""" }, new FakeEngine().Client, default);

        Assert.Equal(
            [("dead_letter.resolved", at, "cancelled, by job-1"), ("dead_letter.purged", at.AddMinutes(1), "by job-1")],
            told.Select(events => Assert.Single(events)).Select(one => (one.Action, one.At, one.Detail)));
    }

    [Fact]
    public void What_became_of_an_attempt_is_read_from_the_order()
    {
        var taken = DeadLetterTransitions.Requeue(Dead(), RestartRequest.Plain, new AuditedAction("ada") { JobId = "job-1" }, Backlog.Start);
        var order = ((Transition.Applied)taken).Order;
        Assert.Equal((ItemState.Running, null), Look(order));

        order = ((Transition.Applied)OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Backlog.Start)).Order;
        Assert.Equal((ItemState.Running, null), Look(order));
        Assert.Equal((ItemState.Succeeded, null), Look(((Transition.Applied)OrderTransitions.Complete(order, order.WorkflowId!, Backlog.Start)).Order));
        Assert.Equal((ItemState.Failed, ItemReasons.Superseded), Look(((Transition.Applied)OrderTransitions.Cancel(order, new("bob"), Backlog.Start)).Order));

        order = Fail(order);
        Assert.Equal((ItemState.Failed, ItemReasons.ProcessingFailed), Look(order));
        Assert.Equal((ItemState.Failed, ItemReasons.NotFound), Look(null));
        Assert.Equal((ItemState.Failed, ItemReasons.ProcessingFailed), Look(order, attempt: 2));
    }

    private DeadLetterJob Kind(JobOperation operation) => new(
        operation,
        _jobs.Object,
        _leases.Object,
        _actions.Object,
        new DeadLetterWatch(Mock.Of<IOrderStore>(), _leases.Object, TimeProvider.System),
        new RestartStarter(
            new OrderWorkflowTarget(Options.Create(new FulfillmentOptions()), Options.Create(new RestartOptions())),
            Options.Create(new ReprocessingOptions()),
            new MeterReader().Metrics,
            NullLogger<RestartStarter>.Instance),
        _notifications.Object,
        _audit.Object,
        new MeterReader().Metrics);

    private static (ItemState, string?) Look(Order? order, int attempt = 1)
    {
        var result = DeadLetterWatch.Result("job-1", Item with { Attempt = attempt }, order);
        return (result.State, result.Reason);
    }

    private static Order Dead()
    {
        var order = OrderTransitions.Create(DeadLetterApp.Input, Backlog.Start).Order;
        order = ((Transition.Applied)OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Backlog.Start)).Order;
        return ((Transition.Applied)OrderTransitions.DeadLetter(Fail(order), "run-1", Backlog.Start)).Order;
    }

    private static Order Fail(Order order) => ((Transition.Applied)OrderTransitions.Fail(
        order, OrderFailure.From(new("A1", "picking_failed", order.WorkflowId!, Backlog.Start, "no picker")), Backlog.Start, Backlog.Start)).Order;
}
