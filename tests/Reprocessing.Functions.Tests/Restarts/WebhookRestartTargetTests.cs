namespace Reprocessing.Functions.Tests.Restarts;

public sealed class WebhookRestartTargetTests
{
    private readonly StepClock _clock = new();
    private readonly Receiver _receiver;
    private readonly WebhookTarget _target = Receiver.Target(timeout: TimeSpan.FromSeconds(5));

    public WebhookRestartTargetTests() => _receiver = new Receiver(_clock);

    [Fact]
    public async Task A_restart_is_told_with_the_whole_order_and_the_workflow_id_to_report_under()
    {
        await StartAsync(Start());

        var delivery = Assert.Single(_receiver.Deliveries);
        Assert.Equal("start-order-fulfillment-A-g1-retry-2", delivery.Id);
        Assert.Equal("order.restart", delivery.Json.GetProperty("type").GetString());
        Assert.Equal(Start().DecidedAt, delivery.Json.GetProperty("timestamp").GetDateTimeOffset());
        var data = delivery.Json.GetProperty("data");
        Assert.Equal("A", data.GetProperty("orderId").GetString());
        Assert.Equal("order-fulfillment-A-g1-retry-2", data.GetProperty("workflowId").GetString());
        Assert.Equal((2, 1), (data.GetProperty("attempt").GetInt32(), data.GetProperty("generation").GetInt32()));
        Assert.Equal("gold", data.GetProperty("input").GetProperty("customer").GetProperty("tier").GetString());
    }

    [Fact]
    public async Task Every_try_bears_the_same_id_and_body_and_its_own_timestamp()
    {
        _receiver.Answer = request => request switch { 1 => Receiver.Status(500), 2 => null, _ => Receiver.Status(202) };

        await StartAsync(Start());

        Assert.Equal(3, _receiver.Deliveries.Count);
        Assert.Single(_receiver.Deliveries.Select(delivery => (delivery.Id, delivery.Body)).Distinct());
        Assert.All(_receiver.Deliveries, delivery =>
        {
            Assert.Equal(Receiver.Sign(Receiver.Secret, delivery.Id, delivery.Timestamp, delivery.Body), delivery.Signatures);
            Assert.Equal(delivery.At.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), delivery.Timestamp);
        });
        Assert.NotEqual(_receiver.Deliveries[0].Timestamp, _receiver.Deliveries[2].Timestamp);
    }

    [Fact]
    public async Task A_receiver_that_stays_away_is_tried_as_often_as_the_settings_say_and_the_start_is_left_pending()
    {
        _receiver.Answer = _ => Receiver.Status(503);

        await Assert.ThrowsAsync<RestartNotAcceptedException>(() => StartAsync(Start()));

        Assert.Equal(3, _receiver.Deliveries.Count);
        Assert.Equal(2, _clock.Elapsed.Count);
        Assert.All(_clock.Elapsed, wait => Assert.InRange(wait, TimeSpan.Zero, WebhookRestartTarget.LongestWait));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(302)]
    [InlineData(410)]
    public async Task What_the_receiver_refuses_is_not_tried_again(int status)
    {
        _receiver.Answer = _ => Receiver.Status(status);

        var thrown = await Assert.ThrowsAsync<RestartNotAcceptedException>(() => StartAsync(Start()));

        Assert.Single(_receiver.Deliveries);
        Assert.DoesNotContain("receiver.test", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_pause_that_the_receiver_asks_for_is_kept()
    {
        _receiver.Answer = request => request == 1 ? Receiver.Status(429, TimeSpan.FromSeconds(7)) : Receiver.Status(200);

        await StartAsync(Start());

        Assert.Equal(TimeSpan.FromSeconds(7), _receiver.Deliveries[1].At - _receiver.Deliveries[0].At);
    }

    [Fact]
    public async Task A_long_pause_that_the_receiver_asks_for_is_left_to_the_next_run()
    {
        _receiver.Answer = _ => Receiver.Status(429, TimeSpan.FromMinutes(5));

        await Assert.ThrowsAsync<RestartNotAcceptedException>(() => StartAsync(Start()));
        await Assert.ThrowsAsync<RestartNotAcceptedException>(() => StartAsync(Start()));

        Assert.Single(_receiver.Deliveries);
        Assert.Empty(_clock.Elapsed);
    }

    [Fact]
    public async Task A_new_order_is_told_as_a_start_and_its_sender_does_not_wait_for_a_second_try()
    {
        _receiver.Answer = _ => Receiver.Status(500);
        var first = Start() with { Attempt = 0, Generation = 0, WorkflowId = "order-fulfillment-A" };

        await Assert.ThrowsAsync<RestartNotAcceptedException>(() => StartAsync(first));
        Assert.Single(_receiver.Deliveries);
        await Assert.ThrowsAsync<RestartNotAcceptedException>(() => StartAsync(first, isInterrupted: true));

        Assert.Equal(4, _receiver.Deliveries.Count);
        Assert.Equal("order.start", _receiver.Deliveries[0].Json.GetProperty("type").GetString());
        Assert.Single(_receiver.Deliveries.Select(delivery => (delivery.Id, delivery.Body)).Distinct());
    }

    private static OrderStart Start() => new(
        "A",
        "order-fulfillment-A-g1-retry-2",
        2,
        1,
        new OrderInput("A", "C", [new("S", 1, 1)])
        {
            Extension = new() { ["customer"] = JsonDocument.Parse("""{"tier":"gold"}""").RootElement },
        })
    {
        DecidedAt = new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero),
    };

    private Task StartAsync(OrderStart start, bool isInterrupted = false) => _clock.RunAsync(
        () => new WebhookRestartTarget(new WebhookTargets(_target, null), _receiver.Sender, Options.Create(new RestartOptions()), _clock)
            .StartAsync(new FakeEngine().Client, start, isInterrupted, default));
}
