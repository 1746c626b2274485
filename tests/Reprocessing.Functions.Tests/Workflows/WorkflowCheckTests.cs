namespace Reprocessing.Functions.Tests.Workflows;

public sealed class WorkflowCheckTests
{
    private const string Id = "order-fulfillment-A";

    private static readonly OrderInput Input = new("A", "C", [new("S", 1, 1)]);

    private readonly MemoryIndex _index = new();
    private readonly FakeEngine _engine = new();
    private readonly Mock<IOrderStore> _orders = new();
    private readonly RecordingLogger<WorkflowCheck> _logger = new();
    private readonly WorkflowOptions _options = new();
    private readonly RestartOptions _restarts = new();
    private readonly List<FailureReport> _reports = [];
    private Order _order = Begun();

    public WorkflowCheckTests()
    {
        _orders.Setup(orders => orders.GetAsync("A", It.IsAny<CancellationToken>())).ReturnsAsync(() => _order);
        _orders.Setup(orders => orders.RecordFailureAsync(It.IsAny<FailureReport>(), It.IsAny<RetryStrategy>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((FailureReport report, RetryStrategy _, CancellationToken _) =>
            {
                _reports.Add(report);
                return new ChangeOutcome.Changed(_order);
            });
        Put(Id, WorkflowStatus.Running, "A");
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated, "has ended as Terminated")]
    [InlineData(OrchestrationRuntimeStatus.Failed, "has ended as Failed")]
    [InlineData(OrchestrationRuntimeStatus.Completed, "has ended as Completed")]
    [InlineData(null, "is gone")]
    public async Task An_order_whose_workflow_ended_without_a_word_gets_a_failure_that_is_retried(OrchestrationRuntimeStatus? status, string what)
    {
        Engine(Id, status);

        await CheckAsync();

        var report = Assert.Single(_reports);
        Assert.Equal(("A", Id, "wave_timeout", ErrorType.Unknown), (report.OrderId, report.WorkflowId, report.FailureStatus, report.ErrorType));
        Assert.Contains(what, report.Reason, StringComparison.Ordinal);
        Assert.Contains(FailureStatuses.RetriedByDefault, name => name == report.FailureStatus);
        Assert.Contains(_logger.Entries, entry => entry.Id == 5320);
    }

    [Fact]
    public async Task The_failure_is_that_of_the_stage_it_was_at()
    {
        _order = _order with { Checkpoint = Stage.Pack };

        await CheckAsync();

        Assert.Equal("shipping_failed", Assert.Single(_reports).FailureStatus);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    public async Task A_workflow_that_lives_is_left_alone(OrchestrationRuntimeStatus status)
    {
        Engine(Id, status);

        await CheckAsync();

        Assert.Empty(_reports);
        Assert.Equal(status.ToString(), _index.Records[Id].Status.ToString());
        Assert.Null(_index.Records[Id].CloseTime);
    }

    [Fact]
    public async Task An_order_that_somebody_is_at_work_on_is_left_to_them()
    {
        _order = _order with { Lease = new("job-1", Backlog.Start.AddMinutes(1)) };

        await CheckAsync();

        Assert.Empty(_reports);
        Assert.Equal(WorkflowStatus.Running, _index.Records[Id].Status);
    }

    [Theory]
    [InlineData("workflow")]
    [InlineData("webhook")]
    public async Task An_order_that_an_outside_service_has_in_hand_is_left_to_it_whatever_the_setting_is_now(string setting)
    {
        _order = Begun(isExternal: true);
        _restarts.Target = Enum.Parse<RestartTargetKind>(setting, ignoreCase: true);

        await CheckAsync();

        Assert.Empty(_reports);
        Assert.Equal((WorkflowStatus.Running, null), (_index.Records[Id].Status, _index.Records[Id].CloseTime));
    }

    [Fact]
    public async Task A_workflow_of_this_app_that_is_gone_is_reported_also_where_new_ones_go_to_an_outside_service()
    {
        _restarts.Target = RestartTargetKind.Webhook;

        await CheckAsync();

        Assert.Single(_reports);
    }

    [Theory]
    [InlineData("workflow", 1)]
    [InlineData("webhook", 0)]
    public async Task Of_an_attempt_that_does_not_say_who_has_it_the_setting_says_so(string setting, int reports)
    {
        _order = OfOldRows();
        _restarts.Target = Enum.Parse<RestartTargetKind>(setting, ignoreCase: true);

        await CheckAsync();

        Assert.Equal(reports, _reports.Count);
    }

    [Fact]
    public async Task A_workflow_that_is_run_again_while_it_is_looked_at_is_not_said_to_have_ended()
    {
        var started = Backlog.Start.AddMinutes(-6);
        _index.Records.Clear();
        _index.Records["loyalty-C"] = new("loyalty-C", "T", WorkflowStatus.Running, started) { Version = 1 };
        _engine.Mock.Setup(client => client.GetInstanceAsync("loyalty-C", It.IsAny<CancellationToken>()))
            .Returns(async (string id, CancellationToken token) =>
            {
                // The old run is seen, and before that is written down the new one has been recorded.
                await _index.RecordAsync([new(id, "T", WorkflowStatus.Running, Backlog.Start) { Version = 2 }], token);
                return new OrchestrationMetadata("T", id) { RuntimeStatus = OrchestrationRuntimeStatus.Terminated };
            });

        await CheckAsync();

        Assert.Equal(
            (WorkflowStatus.Running, null, 2L, 0),
            (_index.Records["loyalty-C"].Status, _index.Records["loyalty-C"].CloseTime, _index.Records["loyalty-C"].Version, _index.Records["loyalty-C"].Revision));
    }

    [Fact]
    public async Task A_workflow_that_was_to_start_and_never_did_is_left_to_the_next_run()
    {
        _order = OrderTransitions.Create(Input, Backlog.Start).Order;

        await CheckAsync();

        Assert.Empty(_reports);
        Assert.Equal(WorkflowStatus.Running, _index.Records[Id].Status);
    }

    [Fact]
    public async Task What_the_order_knows_and_the_index_never_heard_is_put_right()
    {
        _order = _order with { Phase = OrderPhase.Completed, Version = 9, UpdatedAt = Backlog.Start };
        Engine(Id, OrchestrationRuntimeStatus.Completed);

        await CheckAsync();

        Assert.Empty(_reports);
        Assert.Equal((WorkflowStatus.Completed, "completed", 9L), (_index.Records[Id].Status, _index.Records[Id].OrderStatus, _index.Records[Id].Version));
    }

    [Fact]
    public async Task A_workflow_that_lost_its_order_to_another_is_corrected_and_harms_no_order()
    {
        _order = _order with { WorkflowId = "another" };
        Engine(Id, OrchestrationRuntimeStatus.Terminated);

        await CheckAsync();

        Assert.Empty(_reports);
        Assert.Equal((WorkflowStatus.Terminated, 1, 1L), (_index.Records[Id].Status, _index.Records[Id].Revision, _index.Records[Id].Version));
        Assert.NotNull(_index.Records[Id].CloseTime);
    }

    [Fact]
    public async Task A_workflow_of_its_own_that_is_gone_counts_as_terminated()
    {
        Put("loyalty-C", WorkflowStatus.Pending, orderId: null);
        Engine(Id, OrchestrationRuntimeStatus.Running);

        await CheckAsync();

        Assert.Equal((WorkflowStatus.Terminated, Backlog.Start), (_index.Records["loyalty-C"].Status, _index.Records["loyalty-C"].CloseTime));
    }

    [Fact]
    public async Task Young_workflows_are_not_looked_at()
    {
        _index.Records[Id] = _index.Records[Id] with { StartTime = Backlog.Start.AddMinutes(-4) };

        await CheckAsync();

        Assert.Empty(_reports);
        Assert.Empty(_engine.Mock.Invocations);
    }

    [Fact]
    public async Task A_tick_looks_at_so_many_and_the_next_goes_on_and_then_begins_anew()
    {
        _options.ChecksPerTick = 2;
        foreach (var number in Enumerable.Range(0, 4))
        {
            Put($"loyalty-{number}", WorkflowStatus.Running, orderId: null);
            Engine($"loyalty-{number}", OrchestrationRuntimeStatus.Running);
        }

        string? position = null;
        List<int> looks = [];
        foreach (var _ in Enumerable.Range(0, 4))
        {
            position = await Check().RunAsync(_engine.Client, position, default);
            looks.Add(_engine.Mock.Invocations.Count);
        }

        Assert.Equal([2, 4, 5, 7], looks);
    }

    [Fact]
    public async Task One_that_cannot_be_looked_at_stops_no_other()
    {
        _orders.Setup(orders => orders.GetAsync("A", It.IsAny<CancellationToken>())).ThrowsAsync(new TimeoutException());
        Put("z", WorkflowStatus.Running, orderId: null);

        await CheckAsync();

        Assert.Contains(_logger.Entries, entry => entry.Id == 5322);
        Assert.Equal(WorkflowStatus.Terminated, _index.Records["z"].Status);
    }

    private static Order Begun(bool isExternal = false)
    {
        var created = OrderTransitions.Create(Input, Backlog.Start).Order;
        return ((Transition.Applied)OrderTransitions.Begin(created, Id, RestartPoint.Beginning, Backlog.Start, isExternal)).Order;
    }

    /// <summary>As it was stored before it was kept who has an attempt in hand.</summary>
    private static Order OfOldRows() => Begun() with { Attempts = [.. Begun().Attempts.Select(attempt => attempt with { IsExternal = null })] };

    private void Put(string id, WorkflowStatus status, string? orderId) =>
        _index.Records[id] = new(id, "T", status, Backlog.Start.AddMinutes(-6)) { OrderId = orderId, Version = 1 };

    private void Engine(string id, OrchestrationRuntimeStatus? status)
    {
        if (status is { } known)
        {
            _engine.Put(id, known);
        }
    }

    private Task<string?> CheckAsync() => Check().RunAsync(_engine.Client, position: null, default);

    private WorkflowCheck Check()
    {
        var time = new Mock<TimeProvider>();
        time.Setup(clock => clock.GetUtcNow()).Returns(Backlog.Start);
        return new(_index, _orders.Object, RetryStrategy.Immediate, Options.Create(_restarts), Options.Create(_options), time.Object, _logger);
    }
}
