using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage;
using Reprocessing.Storage.DeadLetters;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.DeadLetters;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Notices;
using ReprocessingFunctions.Orders;
using ReprocessingFunctions.Restarts;
using ReprocessingFunctions.Runs;
using ReprocessingFunctions.Tests.Composition;
using ReprocessingFunctions.Tests.Http;
using ReprocessingFunctions.Tests.Jobs.Requests;
using ReprocessingFunctions.Tests.Runs;

namespace ReprocessingFunctions.Tests.DeadLetters;

/// <summary>The functions on single dead letters over mocked stores and an audit log in memory.</summary>
internal sealed class DeadLetterApp
{
    public const string Tag = "W/\"7\"";

    private readonly HttpEndpoint _endpoint = new(NullLogger<HttpEndpoint>.Instance);
    private readonly OrderAudit _audit;
    private readonly DeadLetterDeeds _deeds;

    public DeadLetterApp()
    {
        Log = new(Process, TimeProvider.System);
        _audit = new(Orders.Object, Log);
        _deeds = new(Letters.Object, _audit);
        Letters.Setup(letters => letters.GetAsync("A1", It.IsAny<CancellationToken>())).ReturnsAsync(() => new(Entry, Tag));
    }

    public DyingProcess Process { get; } = new();

    public MemoryJobs Log { get; }

    public Mock<IDeadLetterActions> Actions { get; } = new();

    public Mock<INotices> Notices { get; } = new();

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

    public static ActedItem Done { get; } = new(new("A1", ItemState.Succeeded)) { Order = Order };

    public static ActedItem Skipped(string reason, DeadLetterEntry? entry = null) =>
        new(new("A1", ItemState.Skipped, reason, $"because of {reason}")) { Entry = entry, Order = Order };

    public void Tells(params TimelineEvent[] events) =>
        Orders.Setup(orders => orders.ReadTimelineAsync("A1", It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Page<TimelineEvent>(events, null));

    public List<TakeUpRequest> TakesUp(ActedItem answer)
    {
        List<TakeUpRequest> asked = [];
        Actions.Setup(actions => actions.TakeUpAsync(Capture.In(asked), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([answer]);
        return asked;
    }

    public List<ResolveRequest> Resolves(ActedItem answer)
    {
        List<ResolveRequest> asked = [];
        Actions.Setup(actions => actions.ResolveAsync(Capture.In(asked), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync([answer]);
        return asked;
    }

    public Task<HttpResponseData> ResolveAsync(string body, string? ifMatch = null)
    {
        var starter = new RestartStarter(
            new OrderWorkflowTarget(Options.Create(new FulfillmentOptions())),
            Options.Create(new ReprocessingOptions()),
            new MeterReader().Metrics,
            NullLogger<RestartStarter>.Instance);
        var request = new FakeRequest("POST", "/api/dead-letters/A1/resolve", body);
        if (ifMatch is not null)
        {
            request.Headers.Add("If-Match", ifMatch);
        }

        return new ResolveDeadLetter(Actions.Object, _deeds, starter, Notices.Object, _endpoint).RunAsync(request, "A1", Engine.Client, default);
    }

    public Task<HttpResponseData> NoteAsync(string body) => new AddDeadLetterNote(Actions.Object, _deeds, _endpoint)
        .RunAsync(new FakeRequest("POST", "/api/dead-letters/A1/notes", body), "A1", default);

    public Task<HttpResponseData> MoveAsync(string body) => new DeadLetterOrder(Actions.Object, _deeds, _endpoint)
        .RunAsync(new FakeRequest("POST", "/api/orders/A1/dead-letter", body), "A1", default);

    public Task<HttpResponseData> CancelAsync(string body) => new CancelOrder(Orders.Object, Actions.Object, _audit, _endpoint)
        .RunAsync(new FakeRequest("POST", "/api/orders/A1/cancel", body), "A1", default);

    public Task<HttpResponseData> GetAsync(string orderId = "A1") =>
        new GetDeadLetter(Letters.Object, _endpoint).RunAsync(new FakeRequest("GET", "/api/dead-letters/A1"), orderId, default);

    public Task<HttpResponseData> ListAsync(string query) =>
        new ListDeadLetters(Letters.Object, TimeProvider.System, _endpoint).RunAsync(new FakeRequest("GET", $"/api/dead-letters{query}"), default);
}
