namespace Reprocessing.Functions.Tests.Resets;

/// <summary>Plans and jobs of resets over an engine and stores in memory.</summary>
internal sealed class ResetBench
{
    public const string JobId = "job-k";
    public const string Reason = "Sev2: id.1259";

    private readonly FakeJobStore _jobs = new();
    private readonly WorkflowPlanSelector _selector;
    private readonly ResetWorkflows _kind;
    private readonly ItemRecorder _recorder;
    private readonly IncompleteItems _incomplete;

    /// <param name="target">Where workflows of orders are started; the hub unless told.</param>
    public ResetBench(IRestartTarget? target = null)
    {
        var settings = Options.Create(new ResetSettings { TerminateTimeout = TimeSpan.FromSeconds(1) });
        var inspector = new WorkflowInspector(Store.Orders.Object, Hub);
        var terminator = new WorkflowTerminator(settings);
        var starter = new RestartStarter(
            target ?? new OrderWorkflowTarget(Options.Create(new FulfillmentOptions()), Options.Create(new RestartOptions())),
            Options.Create(new ReprocessingOptions()),
            new MeterReader().Metrics,
            NullLogger<RestartStarter>.Instance);
        _selector = new(Store.Index.Object, inspector, settings, TimeProvider.System);
        var ofOthers = new InstanceReset(
            Store,
            new(Store, Hub, Store.Index.Object, inspector, terminator, NullLogger<ResetCapture>.Instance),
            new(Store, Hub, new(TimeProvider.System), settings, TimeProvider.System, NullLogger<EventReplay>.Instance),
            new(Store.Index.Object, Audit.Object, TimeProvider.System));
        _kind = new(
            _jobs.Store,
            Store,
            new(Store, Store.Index.Object, inspector, ofOthers, NullLogger<ItemReset>.Instance),
            new(Store, terminator, starter, Store.Index.Object, settings),
            Store.Index.Object,
            Store.Orders.Object,
            settings);
        _recorder = new(_jobs.Store, new(new MeterReader().Metrics, NullLogger<ItemLog>.Instance));
        _incomplete = new(new([_kind]), _jobs.Store, _recorder);
        _jobs[JobId] = SampleJobs.Job(JobId) with { Operation = JobOperation.Reset, Reason = Reason, RequestedBy = "dana" };
    }

    public FakeHub Hub { get; } = new();

    public MemoryResets Store { get; } = new();

    public Mock<IAuditLog> Audit { get; } = new();

    public FakeJobStore Jobs => _jobs;

    public IPlanSelector Selector => _selector;

    public IJobKind Kind => _kind;

    /// <summary>A points workflow that the index knows.</summary>
    public FakeHub.Instance AddPoints(string id, OrchestrationRuntimeStatus status = OrchestrationRuntimeStatus.Running, int continuations = 0)
    {
        var instance = Hub.Add(id, nameof(LoyaltyProgramOrchestrator), status, continuations == 0 ? "first" : "continued");
        instance.Generation = continuations == 0 ? 0 : null;
        Store.Records[id] = new(id, LoyaltyWorkflows.Type, EngineStatus.Of(status), instance.CreatedAt)
        {
            Continuations = continuations,
            OriginalInput = "\"first\"",
            Version = instance.CreatedAt.UtcTicks,
        };
        return instance;
    }

    /// <summary>An order's workflow, and the order in the state that goes with it.</summary>
    public void AddOrder(string orderId, OrchestrationRuntimeStatus status)
    {
        var at = DateTimeOffset.UnixEpoch;
        var order = OrderTransitions.Create(new(orderId, "C", [new("S", 1, 1)]), at).Order;
        var id = order.WorkflowId!;
        order = Applied(OrderTransitions.Begin(order, id, RestartPoint.Beginning, at));
        order = Applied(OrderTransitions.CompleteStage(order, id, Stage.Pick, at));
        order = status switch
        {
            OrchestrationRuntimeStatus.Completed => Applied(OrderTransitions.Complete(Applied(OrderTransitions.CompleteStage(order, id, Stage.Ship, at)), id, at)),
            OrchestrationRuntimeStatus.Failed => Applied(OrderTransitions.Fail(
                order, new("packing_failed", Reprocessing.Domain.Failures.ErrorType.Unknown, "broken", id, at, "print"), at, at)),
            _ => order,
        };
        Store.StoredOrders[orderId] = order;
        Hub.Add(id, nameof(OrderFulfillmentOrchestrator), status, new { orderId });
        Store.Records[id] = new(id, WorkflowTypes.OrderFulfillment, EngineStatus.Of(status), at) { OrderId = orderId, Version = order.Version };
    }

    /// <summary>The order's last stage is stored; its workflow has not said so to the engine.</summary>
    public void CompleteOrder(string orderId)
    {
        var (order, at) = (Store.StoredOrders[orderId], DateTimeOffset.UnixEpoch);
        order = Applied(OrderTransitions.CompleteStage(order, order.WorkflowId!, Stage.Ship, at));
        Store.StoredOrders[orderId] = Applied(OrderTransitions.Complete(order, order.WorkflowId!, at));
    }

    public async Task<IReadOnlyList<JobItem>> PlanAsync(string options, PlanSelection selection)
    {
        Assert.Null(_selector.Check(selection, options));
        var query = new PlanQuery(selection, options, FakeJob.Start, 100, null) { Ids = selection.Ids };
        return (await _selector.SelectAsync(query, Hub.Client, default)).Items;
    }

    public Task<IReadOnlyList<ItemResult>> ApplyAsync(string options, IEnumerable<JobItem> items) => _kind.ProcessAsync(
        new(JobId, options, [.. items.Where(item => item.IsEligible).Select(item => new ItemRef(item.Id, item.ExpectedVersion))]), Hub.Client, default);

    /// <summary>The activity that works on a chunk, with all that it keeps.</summary>
    public Task<ItemsResponse> CallAsync(string options, IEnumerable<JobItem> items) => new ProcessItems(new([_kind]), _jobs.Store, _recorder, Store.Clock)
        .RunAsync(new(new(JobId, JobOperation.Reset, options), [.. items.Select(item => new ItemRef(item.Id, item.ExpectedVersion))], Waits: false), Hub.Client, default);

    /// <summary>The activity that ends a job.</summary>
    public Task EndAsync(StopReason stopped) => new EndJob(
        _jobs.Store,
        _incomplete,
        new(new([_kind]), _jobs.Store, _recorder),
        new(_jobs.Store, new(_jobs.Store), new Mock<IOutcomeProjection>().Object, Audit.Object, AlertBench.Quiet, Store.Clock, NullLogger<JobEnding>.Instance))
        .RunAsync(new(JobId, new ReprocessingResult(FakeJob.Start).Complete(Store.Clock.GetUtcNow(), stopped), null), Hub.Client, default);

    /// <summary>The look at what jobs have left half done.</summary>
    public Task ReconcileAsync() => new ReconcileResets(
        Store, _jobs.Store, _incomplete, Options.Create(new JobOptions()), Store.Clock, NullLogger<ReconcileResets>.Instance).RunAsync(Hub.Client, default);

    public void Demand(string options, DesiredState demand) =>
        _jobs[JobId] = _jobs[JobId] with { Options = options, Control = new(_jobs[JobId].Control.Version + 1, demand, new Pace()) };

    /// <summary>What plan and job together say of one workflow.</summary>
    public async Task<string> ResetAsync(string id, string options)
    {
        var item = Assert.Single(await PlanAsync(options, new() { Ids = [id] }));
        if (!item.IsEligible)
        {
            Assert.Equal(ItemState.Skipped, item.State);
            return item.Reason!;
        }

        var result = Assert.Single(await ApplyAsync(options, [item]));
        return result.State == ItemState.Succeeded ? "reset" : $"{result.State}: {result.Reason}";
    }

    private static Order Applied(Transition transition) => Assert.IsType<Transition.Applied>(transition).Order;
}
