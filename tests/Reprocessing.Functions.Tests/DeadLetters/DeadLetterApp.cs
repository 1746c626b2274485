using Reprocessing.Functions.Orders;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.DeadLetters;

/// <summary>The functions on single dead letters over mocked stores and an audit log in memory.</summary>
internal sealed class DeadLetterApp
{
    public const string Tag = "W/\"7\"";

    private readonly OrderAudit _audit;
    private readonly DeadLetterResponses _responses;

    public DeadLetterApp()
    {
        Log = new(Process, TimeProvider.System);
        _audit = new(Orders.Object, Log);
        _responses = new(Letters.Object, _audit);
        Letters.Setup(letters => letters.GetAsync("A1", It.IsAny<CancellationToken>())).ReturnsAsync(() => new(Entry, Tag));
    }

    public DyingProcess Process { get; } = new();

    public MemoryJobs Log { get; }

    public Mock<IDeadLetterCommands> Actions { get; } = new();

    public Mock<INotifications> Notifications { get; } = new();

    public Mock<IDeadLetters> Letters { get; } = new();

    public Mock<IOrderStore> Orders { get; } = new();

    public FakeEngine Engine { get; } = new();

    public static OrderInput Input { get; } = new("A1", "C1", [new("S", 1, 1)]);

    public static DeadLetterEntry Open { get; } = new()
    {
        OrderId = "A1",
        CustomerId = "C1",
        OriginalWorkflowId = "w-0",
        FinalFailureStatus = "picking_failed",
        FinalFailureReason = "no picker",
        ErrorType = ErrorType.CommandFailure,
        Fingerprint = "f1",
        FailedAt = Backlog.Start,
        TotalRetryAttempts = 2,
        RetryHistory = [],
        OrderSnapshot = OrderSnapshot.Of(Input),
        MovedToQueueAt = Backlog.Start,
        OrderVersion = 4,
    };

    public DeadLetterEntry Entry { get; set; } = Open;

    public static Order Order { get; } = OrderTransitions.Create(Input, Backlog.Start).Order with { EventCount = 7 };

    public static OrderStart Start { get; } = new("A1", "order-fulfillment-A1-gen-1", 0, 1, Input);

    public static CommandResult Done { get; } = new(new("A1", ItemState.Succeeded)) { Order = Order };

    public static CommandResult Skipped(string reason, DeadLetterEntry? entry = null) =>
        new(new("A1", ItemState.Skipped, reason, $"because of {reason}")) { Entry = entry, Order = Order };

    public void Tells(params TimelineEvent[] events) =>
        Orders.Setup(orders => orders.ReadTimelineAsync("A1", It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<TimelineEvent>(events, null));

    public List<RequeueCommand> TakesUp(CommandResult answer)
    {
        List<RequeueCommand> asked = [];
        Actions.Setup(actions => actions.HandleAsync(Capture.In(asked), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([answer]);
        return asked;
    }

    public List<ResolveCommand> Resolves(CommandResult answer)
    {
        List<ResolveCommand> asked = [];
        Actions.Setup(actions => actions.HandleAsync(Capture.In(asked), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([answer]);
        return asked;
    }

    private DeadLetterFunctions Queries => new(Letters.Object, _responses, TimeProvider.System);

    private OrderCommandFunctions OrderCommands => new(Orders.Object, Actions.Object, _audit, _responses, new OrderWorkflowEnd(NullLogger<OrderWorkflowEnd>.Instance), Options.Create(new ReprocessingOptions()));

    private DeadLetterCommandFunctions Commands => new(
        Actions.Object,
        _responses,
        new RestartStarter(
            new OrderWorkflowTarget(Options.Create(new FulfillmentOptions()), Options.Create(new RestartOptions())),
            Options.Create(new ReprocessingOptions()),
            new MeterReader().Metrics,
            NullLogger<RestartStarter>.Instance),
        Notifications.Object);

    public Task<HttpResponseData> ResolveAsync(string body, string? ifMatch = null)
    {
        var request = new FakeRequest("POST", "/api/dead-letters/A1/resolve", body);
        if (ifMatch is not null)
        {
            request.Headers.Add("If-Match", ifMatch);
        }

        return request.SendAsync(_ => Commands.ResolveDeadLetter(request, "A1", Engine.Client, default));
    }

    public Task<HttpResponseData> NoteAsync(string body) =>
        new FakeRequest("POST", "/api/dead-letters/A1/notes", body).SendAsync(request => Commands.AddDeadLetterNote(request, "A1", default));

    public Task<HttpResponseData> MoveAsync(string body) =>
        new FakeRequest("POST", "/api/orders/A1/dead-letter", body).SendAsync(request => OrderCommands.DeadLetterOrder(request, "A1", default));

    public Task<HttpResponseData> CancelAsync(string body) =>
        new FakeRequest("POST", "/api/orders/A1/cancel", body).SendAsync(request => OrderCommands.CancelOrder(request, "A1", Engine.Client, default));

    public Task<HttpResponseData> GetAsync(string orderId = "A1") =>
        new FakeRequest("GET", "/api/dead-letters/A1").SendAsync(request => Queries.GetDeadLetter(request, orderId, default));

    public Task<HttpResponseData> ListAsync(string query) =>
        new FakeRequest("GET", $"/api/dead-letters{query}").SendAsync(request => Queries.ListDeadLetters(request, default));
}
