using System.Globalization;

namespace Reprocessing.Functions.Tests.Webhooks;

public sealed class WebhookSenderTests
{
    private readonly StepClock _clock = new();
    private readonly Receiver _receiver;
    private readonly WebhookTarget _target = Receiver.Target();

    public WebhookSenderTests() => _receiver = new Receiver(_clock);

    [Fact]
    public async Task A_message_is_posted_signed_with_its_type_time_and_data()
    {
        var reply = await SendAsync();

        Assert.Equal(WebhookOutcome.Accepted, reply.Outcome);
        var delivery = Assert.Single(_receiver.Deliveries);
        Assert.Equal("told-1", delivery.Id);
        Assert.Equal(_clock.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), delivery.Timestamp);
        Assert.Equal(Receiver.Sign(Receiver.Secret, delivery.Id, delivery.Timestamp, delivery.Body), delivery.Signatures);
        Assert.Equal(
            """{"type":"thing.happened","timestamp":"2026-01-02T03:04:05+00:00","data":{"customer":"C-1"}}""",
            JsonSerializer.Serialize(delivery.Json, JsonSerializerOptions.Web).Replace("\\u002B", "+", StringComparison.Ordinal));
        _receiver.AssertDiscreet();
    }

    [Theory]
    [InlineData(200, nameof(WebhookOutcome.Accepted))]
    [InlineData(202, nameof(WebhookOutcome.Accepted))]
    [InlineData(301, nameof(WebhookOutcome.Refused))]
    [InlineData(307, nameof(WebhookOutcome.Refused))]
    [InlineData(400, nameof(WebhookOutcome.Refused))]
    [InlineData(401, nameof(WebhookOutcome.Refused))]
    [InlineData(404, nameof(WebhookOutcome.Refused))]
    [InlineData(408, nameof(WebhookOutcome.Unavailable))]
    [InlineData(409, nameof(WebhookOutcome.Refused))]
    [InlineData(410, nameof(WebhookOutcome.Closed))]
    [InlineData(413, nameof(WebhookOutcome.Refused))]
    [InlineData(429, nameof(WebhookOutcome.Unavailable))]
    [InlineData(500, nameof(WebhookOutcome.Unavailable))]
    [InlineData(502, nameof(WebhookOutcome.Unavailable))]
    [InlineData(503, nameof(WebhookOutcome.Unavailable))]
    [InlineData(504, nameof(WebhookOutcome.Unavailable))]
    public async Task A_status_says_what_became_of_a_try(int status, string outcome)
    {
        _receiver.Answer = _ => Receiver.Status(status);

        var reply = await SendAsync();

        Assert.Equal(outcome, reply.Outcome.ToString());
        Assert.Single(_receiver.Deliveries);
        _receiver.AssertDiscreet();
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_is_to_be_tried_again()
    {
        _receiver.Answer = _ => null;

        Assert.Equal(WebhookOutcome.Unavailable, (await SendAsync()).Outcome);

        Assert.Equal([TimeSpan.FromSeconds(15)], _clock.Elapsed);
    }

    [Fact]
    public async Task A_receiver_that_cannot_be_reached_is_to_be_tried_again()
    {
        _receiver.FailsWith = new HttpRequestException(HttpRequestError.NameResolutionError, "receiver.test is not known");

        Assert.Equal(WebhookOutcome.Unavailable, (await SendAsync()).Outcome);

        _receiver.AssertDiscreet();
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_is_not_told_of_a_timeout()
    {
        _receiver.Answer = _ => null;
        using var stop = new CancellationTokenSource();
        var sending = _receiver.Sender.TrySendAsync(_target, Message(), stop.Token);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_receiver_that_asks_for_a_pause_is_left_alone_by_every_sender_until_it_is_over(int status)
    {
        _receiver.Answer = request => request == 1 ? Receiver.Status(status, TimeSpan.FromSeconds(90)) : Receiver.Status(204);

        var first = await SendAsync();
        _clock.Now += TimeSpan.FromSeconds(30);
        var second = await SendAsync("told-2");
        Assert.Single(_receiver.Deliveries);
        _clock.Now += TimeSpan.FromSeconds(60);
        var third = await SendAsync("told-2");

        Assert.Equal(TimeSpan.FromSeconds(90), first.After);
        Assert.Equal(TimeSpan.FromSeconds(60), second.After);
        Assert.Equal(WebhookOutcome.Accepted, third.Outcome);
    }

    [Fact]
    public async Task A_pause_may_be_asked_for_as_a_date_and_is_bounded()
    {
        _receiver.Answer = request => new((System.Net.HttpStatusCode)503)
        {
            Headers = { RetryAfter = new(_clock.Now + (request == 1 ? TimeSpan.FromSeconds(20) : TimeSpan.FromDays(30))) },
        };

        var first = await SendAsync();
        _clock.Now += TimeSpan.FromSeconds(20);
        var second = await SendAsync();

        Assert.Equal((TimeSpan.FromSeconds(20), WebhookTarget.LongestHold), (first.After, second.After));
    }

    [Fact]
    public async Task After_a_410_nothing_is_sent_any_more_and_the_log_tells_it_once()
    {
        _receiver.Answer = _ => Receiver.Status(410);

        Assert.Equal(WebhookOutcome.Closed, (await SendAsync()).Outcome);
        Assert.Equal(WebhookOutcome.Closed, (await SendAsync("told-2")).Outcome);

        Assert.Single(_receiver.Deliveries);
        Assert.True(_target.IsClosed);
        Assert.Equal(1, _receiver.Logged(5332, LogLevel.Error));
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_never_sent()
    {
        var message = WebhookMessage.Create("told-1", "thing.happened", _clock.Now, new string('x', WebhookMessage.MaxBody));

        Assert.Equal(WebhookOutcome.Refused, (await _receiver.Sender.TrySendAsync(_target, message, default)).Outcome);

        Assert.Empty(_receiver.Deliveries);
    }

    [Fact]
    public async Task What_a_refusal_says_is_kept_for_people_and_from_logs()
    {
        _receiver.Answer = _ => new(HttpStatusCode.UnprocessableEntity) { Content = new StringContent("""{"reason":"Customer C-1 is unknown"}""") };

        var reply = await SendAsync();

        Assert.Equal("The receiver answered 422. Customer C-1 is unknown", reply.Explanation);
        _receiver.AssertDiscreet();
    }

    private static WebhookMessage Message(string id = "told-1") =>
        WebhookMessage.Create(id, "thing.happened", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), new { Customer = "C-1" });

    private Task<WebhookReply> SendAsync(string id = "told-1") => _clock.RunAsync(() => _receiver.Sender.TrySendAsync(_target, Message(id), default));
}
