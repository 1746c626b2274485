using Reprocessing.Functions.Orders;

namespace Reprocessing.Functions.Tests.Http;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("", "#")]
    [InlineData("{", "#")]
    [InlineData("{\"orderId\":\"A\"}x", "#")]
    [InlineData("[]", "#")]
    [InlineData("null", "#")]
    [InlineData("42", "#")]
    [InlineData("{\"orderId\":5}", "#/orderId")]
    [InlineData("{\"surprise\":5}", "#/surprise")]
    [InlineData("{\"OrderId\":\"A\"}", "#/OrderId")]
    [InlineData("{\"a.b\":1}", "#/a.b")]
    [InlineData("{\"a/b\":1}", "#/a~1b")]
    [InlineData("{\"items\":[{\"sku\":\"S\"},{\"sku\":\"S\",\"colour\":1}]}", "#/items/1/colour")]
    [InlineData("{\"items\":[{\"quantity\":1.5}]}", "#/items/0/quantity")]
    [InlineData("{\"items\":[{\"quantity\":99999999999}]}", "#/items/0/quantity")]
    [InlineData("{\"shipping\":{\"city\":[]}}", "#/shipping/city")]
    [InlineData("{\"priority\":\"whenever\"}", "#/priority")]
    [InlineData("{\"priority\":1}", "#/priority")]
    [InlineData("{\"promisedDeliveryAt\":\"tomorrow\"}", "#/promisedDeliveryAt")]
    [InlineData("{\"orderId\":\"A\",\"orderId\":\"B\"}", "#/orderId")]
    [InlineData("{\"attributes\":{\"a\":1,\"a\":2}}", "#/attributes/a")]
    [InlineData("{\"attributes\":{\"a\":1,\"A\":2}}", "#")]
    [InlineData("{\"attributes\":{\"\\ud83d\":1}}", "#/attributes")]
    [InlineData("{\"orderId\":\"\\ud83d\"}", "#/orderId")]
    [InlineData("{\"\\ud83d\":1}", "#")]
    public void A_faulty_body_is_a_400_that_points_at_the_member(string json, string member)
    {
        var body = RequestBody.Parse<CreateOrderRequest>(Encoding.UTF8.GetBytes(json));

        Assert.Null(body.Value);
        Assert.Equal("invalid_body", body.Problem?.Code);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, body.Problem?.Status);
        Assert.Equal(member, Assert.Single(body.Problem!.Errors).Pointer);
    }

    [Fact]
    public void A_body_that_is_not_UTF8_is_malformed() =>
        Assert.NotNull(RequestBody.Parse<CreateOrderRequest>(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' }).Problem);

    [Fact]
    public void A_body_nested_too_deeply_is_refused() => Assert.NotNull(
        RequestBody.Parse<CreateOrderRequest>(Encoding.UTF8.GetBytes(
            "{\"attributes\":{\"a\":" + new string('[', 40) + new string(']', 40) + "}}")).Problem);

    [Fact]
    public void No_answer_names_a_type_of_the_code()
    {
        foreach (var json in new[] { "{\"surprise\":5}", "{\"orderId\":5}", "{" })
        {
            var problem = RequestBody.Parse<CreateOrderRequest>(Encoding.UTF8.GetBytes(json)).Problem!;
            Assert.DoesNotContain(nameof(CreateOrderRequest), problem.Errors[0].Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_read_and_one_byte_more_is_refused()
    {
        Assert.NotNull(await ReadAsync(RequestBody.Limit));
        var tooLarge = (await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(RequestBody.Limit + 1))).Problem;

        Assert.Equal("body_too_large", tooLarge.Code);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, tooLarge.Status);
    }

    [Fact]
    public async Task An_optional_body_may_be_missing_but_not_faulty()
    {
        var empty = new CreateOrderRequest { OrderId = "default", CustomerId = "C", Items = [] };

        Assert.Same(empty, await new FakeRequest("POST", "/").ReadOptionalBodyAsync(empty, default));
        Assert.Same(empty, await new FakeRequest("POST", "/", " \r\n").ReadOptionalBodyAsync(empty, default));
        await Assert.ThrowsAsync<ProblemException>(() => new FakeRequest("POST", "/", "{").ReadOptionalBodyAsync(empty, default));
    }

    [Fact]
    public async Task All_faults_of_a_body_are_told_at_once_those_of_nested_members_and_of_its_own_rules_among_them()
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(() => new FakeRequest(
            "POST", "/", """{"pace":{"parallelism":0,"itemsPerSecond":0.001},"ramp":[1,0],"failureThreshold":1.4,"reason":" ","requestedBy":"ann"}""")
            .ReadBodyAsync<CreateJobRequest>(body => body.Faults([JobOperation.Retry]), default));

        Assert.Equal(
            [
                ("#/failureThreshold", "'failureThreshold' must be 0 to 1."),
                ("#/operation", "'operation' is needed: one of retry."),
                ("#/pace/itemsPerSecond", "'itemsPerSecond' must be 0.01 to 10000, or 0 for as fast as it goes."),
                ("#/pace/parallelism", "'parallelism' must be 1 to 100."),
                ("#/ramp/1", "A step takes 1 to 1000000 items."),
                ("#/reason", "'reason' must not be blank."),
            ],
            refused.Problem.Errors.Select(fault => (fault.Pointer, fault.Detail)).OrderBy(fault => fault.Pointer, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Items_of_a_list_are_checked_and_a_text_may_be_as_long_as_its_member_says()
    {
        var order = await Assert.ThrowsAsync<ProblemException>(() => new FakeRequest(
            "POST", "/", """{"orderId":"A","customerId":"C","items":[null,{"sku":"S"}]}""").ReadBodyAsync<CreateOrderRequest>(default));
        var note = await Assert.ThrowsAsync<ProblemException>(() => new FakeRequest(
            "POST", "/", $$"""{"text":"{{new string('x', 1001)}}"}""").ReadBodyAsync<AddDeadLetterNoteRequest>(default));

        Assert.Equal(("#/items/1/quantity", "'quantity' is needed."), (order.Problem.Errors.Single().Pointer, order.Problem.Detail));
        Assert.Equal(
            ["'text' must have at most 1000 characters, has 1001.", "'author' is needed: the name of whoever asks for this."],
            note.Problem.Errors.Select(fault => fault.Detail));
    }

    [Fact]
    public async Task A_byte_order_mark_is_not_part_of_the_body()
    {
        var body = await new FakeRequest("POST", "/", [.. Encoding.UTF8.Preamble, .. "{\"orderId\":\"A\",\"customerId\":\"C\",\"items\":[]}"u8]).ReadBodyAsync<CreateOrderRequest>(default);

        Assert.Equal("A", body.OrderId);
    }

    private static Task<CreateOrderRequest> ReadAsync(int size)
    {
        var start = "{\"orderId\":\"A\",\"items\":[],\"customerId\":\""u8.ToArray();
        var text = new byte[size];
        Array.Fill(text, (byte)'x');
        start.CopyTo(text, 0);
        "\"}"u8.CopyTo(text.AsSpan(size - 2));
        return new FakeRequest("POST", "/", text).ReadBodyAsync<CreateOrderRequest>(default);
    }
}
