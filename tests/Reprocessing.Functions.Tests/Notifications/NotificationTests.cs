using Reprocessing.Storage.Notifications;

namespace Reprocessing.Functions.Tests.Notifications;

public sealed class NotificationTests
{
    private static readonly AlertState Alert = new(AlertKind.Backlog, AlertStatus.Raised, Backlog.Start, 101, 100, "At least 101 orders are still due", Backlog.Start);

    private readonly FakeEngine _engine = new();
    private readonly FakeStorage _storage = new();
    private readonly RecordingLogger<WebhookNotifications> _log = new();
    private WebhookTargets _targets = new(null, Receiver.Target(WebhookTargets.NotificationsName));

    private PendingNotifications Pending => new(_storage.Tables, NullLogger<PendingNotifications>.Instance);

    [Fact]
    public async Task An_escalation_is_told_by_one_orchestration_whatever_repeats_itself()
    {
        await EscalateAsync();
        await EscalateAsync();

        var (name, id, input) = Assert.Single(_engine.Started);
        Assert.Equal((nameof(NotificationOrchestrator), "escalated-A-1"), (name, id));
        var notification = Assert.IsType<NotificationInput>(input).Notification;
        Assert.Equal(("dead_letter.escalated", Backlog.Start), (notification.Type, notification.At));
        Assert.Equal(("A", "gone wrong", "operator"), (notification.DeadLetter!.OrderId, notification.DeadLetter.FinalFailureReason, notification.DeadLetter.ResolvedBy));
        Assert.Empty(await Pending.ListAsync(default).ToListAsync());
    }

    [Fact]
    public async Task An_entry_that_came_back_and_is_escalated_again_is_told_anew()
    {
        await EscalateAsync();
        await EscalateAsync(reopenCount: 2);

        Assert.Equal(["escalated-A-1", "escalated-A-2"], _engine.Started.Select(started => started.Id));
    }

    [Fact]
    public async Task Each_raise_and_each_clearing_is_told_once()
    {
        AlertState[] alerts = [Alert, Alert with { State = AlertStatus.Cleared, Since = Backlog.Start.AddMinutes(1) }];

        await AlertAsync(alerts);
        await AlertAsync(alerts);

        Assert.Equal(["alert-backlog-raised-639079632000000000", "alert-backlog-cleared-639079632600000000"], _engine.Started.Select(started => started.Id));
        Assert.Equal(["alert.raised", "alert.cleared"], _engine.Started.Select(started => Assert.IsType<NotificationInput>(started.Input).Notification.Type));
    }

    [Fact]
    public async Task A_notification_that_cannot_be_started_troubles_nobody_and_is_taken_up_later()
    {
        _engine.FailsWith = new TimeoutException("no engine");
        await EscalateAsync();
        Assert.Equal(LogLevel.Warning, Assert.Single(_log.Entries).Level);
        Assert.Single(await Pending.ListAsync(default).ToListAsync());

        _engine.FailsWith = null;
        await FinishAsync();
        await FinishAsync();

        Assert.Single(_engine.Started);
        Assert.Empty(await Pending.ListAsync(default).ToListAsync());
    }

    [Fact]
    public async Task A_notification_whose_answer_got_lost_is_not_started_twice()
    {
        _engine.LosesAnswers = true;

        await EscalateAsync();
        await EscalateAsync();

        Assert.Single(_engine.Started);
        Assert.Empty(await Pending.ListAsync(default).ToListAsync());
    }

    [Fact]
    public async Task Without_an_address_nobody_is_told_and_nothing_is_stored()
    {
        _targets = new(null, null);

        await EscalateAsync();
        await AlertAsync([Alert]);
        await FinishAsync();

        Assert.Empty(_engine.Started);
        Assert.Equal(0, _storage.Calls);
    }

    [Fact]
    public async Task Storage_that_does_not_answer_is_the_callers_to_repeat()
    {
        _storage.FailsWith = new RequestFailedException(503, "Storage is away.");

        await Assert.ThrowsAsync<RequestFailedException>(() => EscalateAsync());
    }

    private WebhookNotifications Notifications => new(_targets, Pending, Options.Create(new NotificationOptions()), _log);

    private Task EscalateAsync(int reopenCount = 1) =>
        Notifications.EscalatedAsync(_engine.Client, [new(new ItemResult("A", ItemState.Succeeded)) { Entry = Entry(reopenCount) }], default);

    private Task AlertAsync(IReadOnlyList<AlertState> alerts) => Notifications.AlertedAsync(_engine.Client, alerts, default);

    private Task FinishAsync() => Notifications.ReconcileAsync(_engine.Client, default);

    private static DeadLetterEntry Entry(int reopenCount) => new()
    {
        OrderId = "A",
        CustomerId = "C",
        OriginalWorkflowId = "w",
        FinalFailureStatus = "picking_failed",
        FinalFailureReason = "gone wrong",
        ErrorType = ErrorType.Unknown,
        Fingerprint = "f",
        FailedAt = Backlog.Start,
        TotalRetryAttempts = 5,
        RetryHistory = [],
        OrderSnapshot = OrderSnapshot.Of(new OrderInput("A", "C", [new("S", 1, 1)])),
        MovedToQueueAt = Backlog.Start,
        ReopenCount = reopenCount,
        Resolution = DeadLetterResolution.Escalated,
        ResolvedAt = Backlog.Start,
        ResolvedBy = "operator",
    };
}
