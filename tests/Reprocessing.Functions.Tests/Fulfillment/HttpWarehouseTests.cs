namespace Reprocessing.Functions.Tests.Fulfillment;

public sealed class HttpWarehouseTests
{
    private static readonly WarehouseRequest Request = new("A 1", "order-fulfillment-A 1", 2, Stage.Pick, new("A 1", "C1", [new("SKU", 1, 1)]));

    [Fact]
    public async Task A_stage_is_posted_with_the_order_and_its_idempotency_key()
    {
        var server = new FakeServer(_ => new HttpResponseMessage(HttpStatusCode.NoContent));

        Assert.Null((await server.Warehouse().PerformAsync(Request, default)).ErrorType);

        Assert.Equal("https://warehouse.test/v1/orders/A%201/stages/pick", server.Address);
        Assert.Equal("\"order-fulfillment-A%201%2Fpick\"", server.IdempotencyKey);
        using var body = JsonDocument.Parse(server.Body!);
        Assert.Equal(2, body.RootElement.GetProperty("attempt").GetInt32());
        Assert.Equal("C1", body.RootElement.GetProperty("order").GetProperty("customerId").GetString());
    }

    [Theory]
    [InlineData(302, ErrorType.CommandFailure, false)]
    [InlineData(400, ErrorType.Validation, false)]
    [InlineData(404, ErrorType.CommandFailure, false)]
    [InlineData(408, ErrorType.Timeout, true)]
    [InlineData(409, ErrorType.Conflict, false)]
    [InlineData(422, ErrorType.Validation, false)]
    [InlineData(429, ErrorType.RateLimit, true)]
    [InlineData(500, ErrorType.CommandFailure, true)]
    [InlineData(503, ErrorType.ResourceExhausted, true)]
    [InlineData(504, ErrorType.Timeout, true)]
    public async Task A_status_becomes_an_error_type(int status, ErrorType errorType, bool isTransient)
    {
        var server = new FakeServer(_ => new HttpResponseMessage((HttpStatusCode)status));

        var reply = await server.Warehouse().PerformAsync(Request, default);

        Assert.Equal((errorType, isTransient), (reply.ErrorType, reply.IsTransient));
    }

    [Theory]
    [InlineData("application/problem+json", """{"type":"urn:wms:empty","title":"Empty","detail":"Shelf A is empty.","traceId":"t-1"}""", "Shelf A is empty.", "urn:wms:empty", "t-1")]
    [InlineData("application/json", """{"reason":"Shelf A is empty."}""", "Shelf A is empty.", null, null)]
    [InlineData("application/json", """{"error":"Shelf A is empty."}""", "Shelf A is empty.", null, null)]
    [InlineData("application/json", """{"message":"Card 4111 1111 1111 1111 of anna@example.com: Bearer abcdefgh"}""", "Card [redacted] of [redacted]: Bearer [redacted]", null, null)]
    [InlineData("text/plain", "Shelf A is empty.", "Shelf A is empty.", null, null)]
    [InlineData("text/plain", "", "The warehouse answered 409.", null, null)]
    public async Task The_reason_of_a_refusal_is_what_its_body_says(string type, string body, string reason, string? exceptionType, string? traceId)
    {
        var server = new FakeServer(_ => new HttpResponseMessage(HttpStatusCode.Conflict) { Content = new StringContent(body, Encoding.UTF8, type) });

        var reply = await server.Warehouse().PerformAsync(Request, default);

        Assert.Equal((reason, exceptionType), (reply.Reason, reply.ExceptionType));
        Assert.Matches(traceId ?? "^[0-9a-f]{32}$", reply.TraceId);
    }

    [Fact]
    public async Task An_order_id_never_leads_to_another_path()
    {
        var server = new FakeServer(_ => new HttpResponseMessage(HttpStatusCode.NoContent));

        var reply = await server.Warehouse().PerformAsync(Request with { OrderId = ".." }, default);

        Assert.Equal((ErrorType.Validation, false), (reply.ErrorType, reply.IsTransient));
        Assert.Null(server.Address);
    }

    [Fact]
    public async Task A_warehouse_that_cannot_be_reached_is_a_transient_network_failure()
    {
        var server = new FakeServer(_ => Task.FromException<HttpResponseMessage>(new HttpRequestException("refused")));

        var reply = await server.Warehouse().PerformAsync(Request, default);

        Assert.Equal((ErrorType.Network, true), (reply.ErrorType, reply.IsTransient));
        Assert.Equal(typeof(HttpRequestException).FullName, reply.ExceptionType);
    }

    [Fact]
    public async Task A_warehouse_that_does_not_answer_in_time_is_a_transient_timeout()
    {
        var server = new FakeServer(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new HttpResponseMessage();
        });

        var reply = await server.Warehouse(TimeSpan.FromMilliseconds(1)).PerformAsync(Request, default);

        Assert.Equal((ErrorType.Timeout, true), (reply.ErrorType, reply.IsTransient));
    }

    private sealed class FakeServer(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler, IHttpClientFactory
    {
        public FakeServer(Func<CancellationToken, HttpResponseMessage> answer)
            : this(token => Task.FromResult(answer(token)))
        {
        }

        public string? Address { get; private set; }

        public string? IdempotencyKey { get; private set; }

        public string? Body { get; private set; }

        public HttpWarehouse Warehouse(TimeSpan? timeout = null)
        {
            var options = new WarehouseOptions { BaseUrl = new("https://warehouse.test/v1/"), Timeout = timeout ?? TimeSpan.FromMinutes(1) };
            return new(new OutgoingHttp(this, TimeProvider.System), Options.Create(options));
        }

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri!.AbsoluteUri;
            IdempotencyKey = request.Headers.GetValues("Idempotency-Key").Single();
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return await answer(cancellationToken);
        }
    }
}
