namespace Reprocessing.Functions.Orders;

internal sealed class OrderFunctions(IOrderStore orders, RestartStarter starter, IOptions<ReprocessingOptions> options)
{
    private static readonly CreateOrderRequest NewOrder = new()
    {
        OrderId = "ORD-1",
        CustomerId = "C-7",
        Priority = Priority.NextDay,
        Items = [new CreateOrderItem { Sku = "MUG", Quantity = 2, Weight = 0.4m }],
        Shipping = new CreateOrderAddress { City = "Graz", Country = "AT" },
    };

    [Function(nameof(CreateOrder))]
    [Endpoint("orders", "Takes an order in and starts its workflow.", Description = "The same order again is answered as before and mends a start that got lost.")]
    [Body(typeof(CreateOrderRequest), Example = nameof(NewOrder))]
    [Response(201, "Taken in.", typeof(OrderResponse), "Location")]
    [Response(200, "It was there already, the same.", typeof(OrderResponse))]
    [Refuses("order_exists")]
    public async Task<HttpResponseData> CreateOrder(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<CreateOrderRequest>(read => OrderInputRules.Check(read.ToOrder().Input).ToErrors(), cancellationToken);
        var (status, order, start) = await orders.CreateAsync(body.ToOrder(), cancellationToken) switch
        {
            CreateOutcome.Created created => (HttpStatusCode.Created, created.Order, created.Start),
            CreateOutcome.AlreadyThere there => (HttpStatusCode.OK, there.Order, there.Start),
            CreateOutcome.Conflict conflict => throw new ProblemException(
                Problems.Conflict("order_exists", "Another order has this id.", conflict.Message)),
            CreateOutcome.Invalid invalid => throw new ProblemException(
                Problems.InvalidBody(invalid.Problems.ToErrors())),
            _ => throw new InvalidOperationException("The order store gave an unknown answer."),
        };
        if (start is not null)
        {
            // A workflow that cannot be started now is started by the next run: the order is stored and says so.
            await starter.StartAllAsync(client, [start], cancellationToken, isCalledAgain: false);
        }

        return await request.RespondAsync(status, new OrderResponse(order, options.Value.MaxRetries), cancellationToken, request.LinkTo(OrderResponse.Path(order.OrderId)));
    }

    [Function(nameof(GetOrder))]
    [Endpoint("orders", "Shows an order.")]
    [Response(200, "Done.", typeof(OrderResponse))]
    [Refuses("invalid_parameter", "not_found")]
    public async Task<HttpResponseData> GetOrder(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/orders/{orderId}")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken)
    {
        var order = await orders.GetAsync(orderId, cancellationToken) ?? throw new ProblemException(Problems.NotFound("order", orderId));
        return await request.OkAsync(new OrderResponse(order, options.Value.MaxRetries), cancellationToken);
    }

    [Function(nameof(GetOrderTimeline))]
    [Endpoint("orders", "Everything that happened to an order, oldest first.", PageOf = typeof(TimelineEvent))]
    [Refuses("not_found")]
    public Task<HttpResponseData> GetOrderTimeline(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/orders/{orderId}/timeline")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => request.PageAsync(
            async (limit, token, cancelled) => await orders.ReadTimelineAsync(orderId, limit, token, cancelled)
                ?? throw new ProblemException(Problems.NotFound("order", orderId)),
            told => told,
            cancellationToken);
}

internal sealed class OrderListFunctions(OrderList list, IDeadLetterCounter counter, IOptions<ReprocessingOptions> options, TimeProvider time)
{
    private static readonly OrderQueryRequest Query = new() { Filter = "errorType = timeout AND retryCount >= 3 AND $.customer.tier = 'gold'" };

    private static IReadOnlyList<string> Statuses => OrderQueryRequest.Statuses;

    [Function(nameof(ListOrders))]
    [Endpoint("orders", "Failed orders, those first that are due first; or orders of another status, by id.", PageOf = typeof(OrderRow))]
    [Parameter("filter", "In the filter grammar: errorType = timeout AND retryCount >= 3 AND $.customer.tier = 'gold'.")]
    [Parameter("status", "failing unless said, or unless the filter names the status; any for all.", Values = nameof(Statuses))]
    [Refuses("invalid_filter")]
    public Task<HttpResponseData> ListOrders(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/orders")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        PageAsync(request, new() { Filter = request.QueryText("filter"), Status = request.QueryText("status") }, cancellationToken);

    [Function(nameof(QueryOrders))]
    [Endpoint("orders", "Lists orders by a filter that is too long for an address.", Role = Role.Viewer, PageOf = typeof(OrderRow))]
    [Body(typeof(OrderQueryRequest), Example = nameof(Query))]
    [Refuses("invalid_filter")]
    public async Task<HttpResponseData> QueryOrders(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/query")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await PageAsync(request, await request.ReadBodyAsync<OrderQueryRequest>(cancellationToken), cancellationToken);

    [Function(nameof(GetOrderStatistics))]
    [Endpoint("orders", "How many orders are failing, how, and when they are restarted.",
        Description = "Counted in one look at all that failed, which is kept for a moment; asOf tells when it began.")]
    [Response(200, "Done.", typeof(FailingStatistics))]
    public async Task<HttpResponseData> GetOrderStatistics(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/statistics/orders")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        await request.OkAsync((await counter.CountAsync(cancellationToken)).Failing, cancellationToken);

    private Task<HttpResponseData> PageAsync(HttpRequestData request, OrderQueryRequest asked, CancellationToken cancellationToken)
    {
        var query = asked.ToQuery(time.GetUtcNow());
        return request.PageAsync(
            (limit, token, cancelled) => list.ListAsync(query, limit, token, cancelled), order => new OrderRow(order, options.Value.MaxRetries), cancellationToken);
    }
}

/// <summary>What the query of an address says, as a body: an address is shorter than a filter may be.</summary>
internal sealed record OrderQueryRequest
{
    private const string Failing = "failing";
    private const string Any = "any";

    public static IReadOnlyList<string> Statuses => [Failing, Any, .. OrderFields.Status.Choices];

    [Text(FilterLimits.Length)]
    [Description("In the filter grammar.")]
    public string? Filter { get; init; }

    [Description("failing unless said, or unless the filter names the status; any for all.")]
    public string? Status { get; init; }

    public OrderQuery ToQuery(DateTimeOffset now)
    {
        var parsed = Filter is null ? null : FilterExpression.Parse(Filter, OrderFields.Catalog);
        ProblemException.ThrowIf(parsed?.Error?.ToProblem("#/filter"));
        var filter = parsed?.Expression;
        ProblemException.ThrowIf(Status is null || Statuses.Contains(Status) ? null
            : Problems.InvalidParameter("status", $"'status' must be one of {string.Join(", ", Statuses)}."));
        var isFailing = Status is null ? filter?.Names(OrderFields.Status) != true : Status == Failing || FailureStatuses.Names.Contains(Status);
        return new(isFailing, Status is null or Failing or Any ? null : Status, filter?.At(now));
    }
}

internal sealed class OrderCommandFunctions(
    IOrderStore orders,
    IDeadLetterCommands commands,
    OrderAudit audit,
    DeadLetterResponses responses,
    OrderWorkflowEnd workflows,
    IOptions<ReprocessingOptions> options)
{
    private static readonly OrderActionRequest AskFirst = new() { Reason = "The customer is to be asked first.", RequestedBy = "maria@example.com" };
    private static readonly OrderActionRequest NotWanted = new() { Reason = "The customer no longer wants it.", RequestedBy = "maria@example.com" };

    [Function(nameof(DeadLetterOrder))]
    [Endpoint("orders", "Moves a failed order to the dead-letter queue.", Description = "Also one whose dead letter was escalated or purged. One that is in the queue stays as it is.")]
    [Body(typeof(OrderActionRequest), Example = nameof(AskFirst))]
    [Response(200, "It is in the queue.", typeof(DeadLetterResponse), "Location", "ETag")]
    [Refuses("invalid_parameter", "not_found", "active_workflow", "not_failed", "ended", "leased")]
    public async Task<HttpResponseData> DeadLetterOrder(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/{orderId}/dead-letter")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken)
    {
        var action = await OrderActionRequest.ReadAsync(request, cancellationToken);
        var handled = (await commands.HandleAsync(new MoveCommand(action), [new(orderId, string.Empty)], cancellationToken))[0];
        return handled.Result.Reason == ItemReasons.NotFound
            ? throw new ProblemException(Problems.NotFound("order", orderId))
            : await responses.RespondAsync(request, handled, OrderCommand.DeadLettered, HttpStatusCode.OK, cancellationToken);
    }

    [Function(nameof(CancelOrder))]
    [Endpoint("orders", "Cancels an order that is not completed, and its dead letter with it.", Description = "A workflow that is at work on it is ended; what the warehouse is being asked for is not taken back.")]
    [Body(typeof(OrderActionRequest), Example = nameof(NotWanted))]
    [Response(200, "Done.", typeof(OrderResponse))]
    [Refuses("invalid_parameter", "not_found", "ended", "dead_letter", "not_dead_letter", "already_resolved", "leased")]
    public async Task<HttpResponseData> CancelOrder(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/{orderId}/cancel")] HttpRequestData request,
        string orderId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var action = await OrderActionRequest.ReadAsync(request, cancellationToken);
        var order = await orders.CancelAsync(orderId, action, cancellationToken) switch
        {
            ChangeOutcome.Refused { Reason: Refusal.DeadLetter } => await ResolveAsync(orderId, action, cancellationToken),
            var outcome => outcome.OrderOf(orderId, "The order was not cancelled."),
        };
        await workflows.EndAsync(client, order, order.WorkflowId, action.Reason, cancellationToken);
        await audit.RecordAsync(order.OrderId, OrderCommand.Cancelled, order, cancellationToken);
        return await request.OkAsync(new OrderResponse(order, options.Value.MaxRetries), cancellationToken);
    }

    private async Task<Order> ResolveAsync(string orderId, AuditedAction action, CancellationToken cancellationToken)
    {
        var resolve = new ResolveCommand(action, DeadLetterResolution.Cancelled, action.Reason) { AlsoPurged = true };
        var handled = (await commands.HandleAsync(resolve, [new(orderId, string.Empty)], cancellationToken))[0];
        return handled is { Result.State: ItemState.Succeeded, Order: { } order }
            ? order
            : throw new ProblemException(DeadLetterProblems.Of(handled.Result, handled.Entry));
    }
}

[DisplayName("OrderActRequest")]
internal sealed record OrderActionRequest
{
    [Required]
    [Text]
    public string? Reason { get; init; }

    [Caller]
    public string? RequestedBy { get; init; }

    public static async Task<AuditedAction> ReadAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<OrderActionRequest>(cancellationToken);
        return new(Caller.Of(request, body.RequestedBy), body.Reason);
    }
}
