using Reprocessing.Domain.Notifications;

namespace Reprocessing.Functions.Tests.Notifications;

public sealed class NotificationOrchestratorTests
{
    private static readonly Notification Notification = Notification.Of(
        new AlertState(AlertKind.Errors, AlertStatus.Raised, Backlog.Start, 0.2, 0.05, "20 of 100", Backlog.Start));

    private readonly StepClock _clock = new();
    private readonly Receiver _receiver;
    private readonly OrchestrationHarness _harness = new(new NotificationInput(Notification, TimeSpan.FromSeconds(45)));
    private WebhookTargets _targets = new(null, Receiver.Target(WebhookTargets.NotificationsName));

    public NotificationOrchestratorTests()
    {
        _receiver = new Receiver(_clock);
        _harness.WithInput<NotificationInput>().ActivityAsync<SendNotificationInput, NotificationTry>(nameof(SendNotification), TryAsync);
    }

    [Fact]
    public async Task A_notification_is_tried_again_under_its_id_until_it_has_arrived()
    {
        _receiver.Answer = request => Receiver.Status(request < 5 ? 500 : 200);

        var result = await RunAsync();

        Assert.Equal(new("alert-errors-raised-639079632000000000", Attempts: 5), result);
        Assert.Equal(["alert-errors-raised-639079632000000000"], _receiver.Deliveries.Select(delivery => delivery.Id).Distinct());
        Assert.Single(_receiver.Deliveries.Select(delivery => delivery.Body).Distinct());
        Assert.Equal("alert.raised", _receiver.Deliveries[0].Json.GetProperty("type").GetString());
        Assert.Equal("errors", _receiver.Deliveries[0].Json.GetProperty("data").GetProperty("kind").GetString());
        Assert.Equal(4, _harness.Waits.Count);
        Assert.All(_harness.Waits.Select((wait, index) => (wait, index)), at =>
            Assert.InRange(at.wait, TimeSpan.Zero, TimeSpan.FromSeconds(10 * Math.Pow(3, at.index))));
        Assert.IsType<NotificationStatus>(_harness.Statuses[^1]);
    }

    [Fact]
    public async Task A_notification_that_is_refused_is_not_tried_again()
    {
        _receiver.Answer = _ => Receiver.Status(400);

        var thrown = await Assert.ThrowsAsync<NotificationFailedException>(RunAsync);

        Assert.Single(_receiver.Deliveries);
        Assert.Contains("400", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notification_is_given_up_after_as_many_tries_as_the_settings_say()
    {
        _receiver.Answer = _ => Receiver.Status(503);

        await Assert.ThrowsAsync<NotificationFailedException>(RunAsync);

        Assert.Equal(12, _receiver.Deliveries.Count);
        Assert.All(_harness.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromHours(6)));
    }

    [Fact]
    public async Task A_pause_that_the_receiver_asks_for_is_kept()
    {
        _receiver.Answer = request => request == 1 ? Receiver.Status(429, TimeSpan.FromMinutes(20)) : Receiver.Status(200);

        await RunAsync();

        Assert.Equal([TimeSpan.FromMinutes(20)], _harness.Waits);
    }

    [Fact]
    public async Task A_receiver_that_wants_nothing_any_more_is_sent_nothing_and_the_notification_waits_for_the_app_to_start_again()
    {
        _receiver.Answer = _ => Receiver.Status(410);
        var restarts = 0;
        _harness.ActivityAsync<SendNotificationInput, NotificationTry>(nameof(SendNotification), input =>
        {
            if (++restarts == 3)
            {
                _targets = new(null, Receiver.Target(WebhookTargets.NotificationsName));
                _receiver.Answer = _ => Receiver.Status(200);
            }

            return TryAsync(input);
        });

        await RunAsync();

        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.FromHours(1)], _harness.Waits);
        Assert.Equal(2, _receiver.Deliveries.Count);
    }

    [Fact]
    public async Task A_try_of_which_nothing_is_known_is_made_again_and_not_counted()
    {
        var calls = 0;
        _harness.ActivityAsync<SendNotificationInput, NotificationTry>(nameof(SendNotification), input => ++calls < 3
            ? Task.FromException<NotificationTry>(OrchestrationHarness.Failure(nameof(SendNotification), "the host stopped"))
            : TryAsync(input));

        Assert.Equal(1, (await RunAsync()).Attempts);
        Assert.Equal(3, calls);
    }

    private Task<NotificationTry> TryAsync(SendNotificationInput input)
    {
        _clock.Now = new(_harness.Now, TimeSpan.Zero);
        return _clock.RunAsync(() => new SendNotification(_targets, _receiver.Sender, Options.Create(new NotificationOptions())).RunAsync(input, default));
    }

    private Task<NotificationResult> RunAsync() => NotificationOrchestrator.RunAsync(_harness.Context);
}
