using Reprocessing.Functions.Orders;

namespace Reprocessing.Functions.Tests.Orders;

public sealed class OrderFunctionsTests
{
    private const string Body = """
        {
          "orderId": "A1", "customerId": "C1", "priority": "same_day", "promisedDeliveryAt": "2026-03-02T10:00:00+02:00",
          "items": [{ "sku": "S1", "quantity": 2, "weight": 0.5, "name": "Lamp", "attributes": { "colour": "red" } }],
          "shipping": { "city": "Denver", "state": "CO", "street": "1 Main St" },
          "customer": { "tier": "gold" }, "attributes": { "source": "web" }
        }
        """;

    private readonly IOptions<ReprocessingOptions> _settings = Options.Create(new ReprocessingOptions { MaxRetries = 7 });
    private readonly FakeEngine _engine = new();
    private readonly Mock<IOrderStore> _orders = new();

    [Fact]
    public async Task A_new_order_is_stored_whole_and_its_workflow_started()
    {
        OrderInput? stored = null;
        _orders.Setup(store => store.CreateAsync(It.IsAny<NewOrder>(), It.IsAny<CancellationToken>()))
            .Callback<NewOrder, CancellationToken>((order, _) => stored = order.Input)
            .ReturnsAsync((NewOrder order, CancellationToken _) => new CreateOutcome.Created(OrderOf(order.Input), StartOf(order.Input)));

        var answer = await CreateAsync(Body);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("/api/orders/A1", answer.Header("Location"));
        Assert.Equal("pending", answer.Json().GetProperty("status").GetString());
        Assert.Equal((0, 7), (answer.Json().GetProperty("retryCount").GetInt32(), answer.Json().GetProperty("maxRetries").GetInt32()));
        var (name, id, input) = Assert.Single(_engine.Started);
        Assert.Equal((nameof(OrderFulfillmentOrchestrator), "order-fulfillment-A1"), (name, id));
        Assert.Same(stored, Assert.IsType<OrderFulfillmentInput>(input).Order);
        Assert.Equal(Priority.SameDay, stored!.Priority);
        Assert.Equal("gold", stored.Extension!["customer"].GetProperty("tier").GetString());
        Assert.Equal("1 Main St", stored.Shipping!.Extension!["street"].GetString());
        Assert.Equal("red", stored.Items[0].Extension!["attributes"].GetProperty("colour").GetString());
    }

    [Fact]
    public async Task The_same_order_again_is_a_200_and_mends_a_lost_start()
    {
        _orders.Setup(store => store.CreateAsync(It.IsAny<NewOrder>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((NewOrder order, CancellationToken _) => new CreateOutcome.AlreadyThere(OrderOf(order.Input), StartOf(order.Input)));

        Assert.Equal(HttpStatusCode.OK, (await CreateAsync(Body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await CreateAsync(Body)).StatusCode);

        Assert.Single(_engine.Started);
    }

    [Fact]
    public async Task An_order_is_accepted_although_its_workflow_cannot_be_started_now()
    {
        _orders.Setup(store => store.CreateAsync(It.IsAny<NewOrder>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((NewOrder order, CancellationToken _) => new CreateOutcome.Created(OrderOf(order.Input), StartOf(order.Input)));
        _engine.FailsWith = new TimeoutException("no engine");

        Assert.Equal(HttpStatusCode.Created, (await CreateAsync(Body)).StatusCode);
    }

    [Fact]
    public async Task An_order_that_another_system_works_on_is_stored_and_no_workflow_started()
    {
        _orders.Setup(store => store.CreateAsync(It.Is<NewOrder>(order => order.IsExternal), It.IsAny<CancellationToken>()))
            .ReturnsAsync((NewOrder order, CancellationToken _) =>
                new CreateOutcome.Created(OrderTransitions.CreateExternal(order.Input, Backlog.Start).Order, null));

        var answer = await CreateAsync("""
            { "orderId": "A1", "customerId": "C1", "items": [{ "sku": "S", "quantity": 1 }], "runElsewhere": true }
            """);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Empty(_engine.Started);
    }

    [Fact]
    public async Task Another_order_of_the_same_id_is_a_409()
    {
        _orders.Setup(store => store.CreateAsync(It.IsAny<NewOrder>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new CreateOutcome.Conflict("Order A1 exists with other content."));

        var answer = await CreateAsync(Body);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("order_exists", answer.Json().GetProperty("code").GetString());
        Assert.Empty(_engine.Started);
    }

    [Fact]
    public async Task All_faults_of_an_order_are_told_with_their_pointers()
    {
        _orders.Setup(store => store.CreateAsync(It.IsAny<NewOrder>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((NewOrder order, CancellationToken _) => new CreateOutcome.Invalid(OrderInputRules.Check(order.Input)));

        var answer = await CreateAsync("""{ "orderId": "a/b", "items": [{ "sku": "S", "quantity": 0 }, null] }""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var pointers = answer.Json().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()).ToList();
        Assert.Contains("#/orderId", pointers);
        Assert.Contains("#/customerId", pointers);
        Assert.Contains("#/items/0/quantity", pointers);
        Assert.Contains("#/items/1/sku", pointers);
    }

    public static TheoryData<Exception> StorageFaults { get; } =
    [
        new RequestFailedException(503, "busy"),
        new RequestFailedException(0, "no connection"),
        new AggregateException(new RequestFailedException(0, "refused"), new TaskCanceledException("timed out")),
    ];

    [Theory]
    [MemberData(nameof(StorageFaults))]
    public async Task A_storage_that_does_not_answer_is_a_503_that_can_be_repeated(Exception fault)
    {
        _orders.Setup(store => store.CreateAsync(It.IsAny<NewOrder>(), It.IsAny<CancellationToken>())).ThrowsAsync(fault);

        var answer = await CreateAsync(Body);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("5", answer.Header("Retry-After"));
        Assert.Equal("storage_unavailable", answer.Json().GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_unforeseen_fault_is_a_500_that_tells_only_where_to_look()
    {
        _orders.Setup(store => store.CreateAsync(It.IsAny<NewOrder>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException("secret"));

        var answer = await CreateAsync(Body);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", answer.Text(), StringComparison.Ordinal);
        Assert.Contains("invocation-1", answer.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("a\u0007b")]
    [InlineData("")]
    public async Task An_order_id_that_cannot_be_one_is_a_400(string orderId)
    {
        var answer = await new FakeRequest("GET", $"/api/orders/{Uri.EscapeDataString(orderId)}").SendAsync(request =>
        {
            request.CheckRoute("api/orders/{orderId}");
            return Functions.GetOrder(request, orderId, default);
        });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("#/orderId", answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
        _orders.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task An_order_that_is_not_there_is_a_404()
    {
        var answer = await new FakeRequest("GET", "/api/orders/x").SendAsync(request => Functions.GetOrder(request, "x", default));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("not_found", answer.Json().GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_reported_failure_is_recorded_and_the_same_report_again_is_a_200()
    {
        var order = OrderOf(new("A1", "C1", [new("S", 1, 1)]));
        _orders.SetupSequence(store => store.RecordFailureAsync(
                It.Is<FailureReport>(report => report.OrderId == "A1" && report.WorkflowId == "w-1" && report.FailureStatus == "pick_timeout"),
                It.IsAny<RetryStrategy>(),
                It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Changed(order))
            .ReturnsAsync(new ChangeOutcome.Unchanged(order));
        const string Report = """{ "failureStatus": "pick_timeout", "workflowId": "w-1", "errorType": "timeout", "reason": "slow" }""";

        Assert.Equal(HttpStatusCode.Created, (await ReportAsync("A1", Report)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ReportAsync("A1", Report)).StatusCode);
    }

    [Theory]
    [InlineData("{}", "#/failureStatus")]
    [InlineData("{\"failureStatus\":\"on_fire\",\"workflowId\":\"w\"}", "#/failureStatus")]
    [InlineData("{\"failureStatus\":\"pick_timeout\"}", "#/workflowId")]
    [InlineData("{\"failureStatus\":\"pick_timeout\",\"workflowId\":\"a/b\"}", "#/workflowId")]
    [InlineData("{\"orderId\":\"B\",\"failureStatus\":\"pick_timeout\",\"workflowId\":\"w\"}", "#/orderId")]
    public async Task A_report_that_makes_no_sense_is_a_400_and_stores_nothing(string body, string member)
    {
        var answer = await ReportAsync("A1", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(member, answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
        _orders.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task A_report_on_an_order_that_somebody_works_on_is_a_409_with_the_reason()
    {
        _orders.Setup(store => store.RecordFailureAsync(It.IsAny<FailureReport>(), It.IsAny<RetryStrategy>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Refused(Refusal.ActiveWorkflow, "Order A1 is being processed."));

        var answer = await ReportAsync("A1", """{ "failureStatus": "pick_timeout", "workflowId": "w-1" }""");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("active_workflow", answer.Json().GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("?pageSize=0", "#/pageSize")]
    [InlineData("?pageSize=1001", "#/pageSize")]
    [InlineData("?pageSize=x", "#/pageSize")]
    [InlineData("?pageToken=***", "#/pageToken")]
    public async Task A_page_that_cannot_be_is_a_400(string query, string member)
    {
        var answer = await new FakeRequest("GET", $"/api/orders/A1/timeline{query}").SendAsync(request => Functions.GetOrderTimeline(request, "A1", default));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(member, answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task A_page_token_comes_back_as_storage_gave_it()
    {
        const string Stored = "row/é+~";
        _orders.Setup(store => store.ReadTimelineAsync("A1", 2, null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<TimelineEvent>([new(0, Backlog.Start, TimelineEventKind.Created)], Stored));
        _orders.Setup(store => store.ReadTimelineAsync("A1", 2, Stored, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<TimelineEvent>([new(1, Backlog.Start, TimelineEventKind.Started)], null));

        var first = (await Functions.GetOrderTimeline(new FakeRequest("GET", "/t?pageSize=2"), "A1", default)).Json();
        var token = first.GetProperty("nextPageToken").GetString();
        var second = (await Functions.GetOrderTimeline(new FakeRequest("GET", $"/t?pageSize=2&pageToken={token}"), "A1", default)).Json();

        Assert.Equal("created", first.GetProperty("items")[0].GetProperty("kind").GetString());
        Assert.Equal("started", second.GetProperty("items")[0].GetProperty("kind").GetString());
        Assert.False(second.TryGetProperty("nextPageToken", out _));
    }

    private static Order OrderOf(OrderInput input) => OrderTransitions.Create(input, Backlog.Start).Order;

    private static OrderStart StartOf(OrderInput input) => new(input.OrderId, WorkflowIds.For(input.OrderId, 0, 0), 0, 0, input);

    private Task<HttpResponseData> ReportAsync(string orderId, string body) =>
        new FakeRequest("POST", $"/api/orders/{orderId}/failures", body).SendAsync(request =>
            new AttemptFunctions(
                _orders.Object,
                RetryStrategy.Default,
                Options.Create(new FulfillmentOptions()),
                _settings,
                new OrderWorkflowEnd(NullLogger<OrderWorkflowEnd>.Instance),
                new MeterReader().Metrics,
                TimeProvider.System).ReportFailure(request, orderId, _engine.Client, default));

    private OrderFunctions Functions => new(
        _orders.Object,
        new RestartStarter(
            new OrderWorkflowTarget(Options.Create(new FulfillmentOptions()), Options.Create(new RestartOptions())),
            _settings,
            new MeterReader().Metrics,
            NullLogger<RestartStarter>.Instance),
        _settings);

    private Task<HttpResponseData> CreateAsync(string body) =>
        new FakeRequest("POST", "/api/orders", body).SendAsync(request => Functions.CreateOrder(request, _engine.Client, default));
}
