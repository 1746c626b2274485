using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Domain.Notifications;
using Reprocessing.Storage.Alerts;
using Reprocessing.Storage.Notifications;

namespace Reprocessing.Storage.Tests.Alerts;

[Collection(AzuriteTests.Name)]
public sealed class AlertStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly AlertCondition High = new(AlertKind.Backlog, Holds: true, 101, 100, "101 are due");
    private static readonly AlertCondition Low = High with { Holds = false, Value = 3, Message = "3 are due" };

    [Fact]
    public async Task What_lasts_is_raised_once_and_cleared_once_with_one_notification_each()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var alerts = Alerts(storage);

        var told = new List<AlertState>();
        foreach (var (condition, minute) in new[] { Low, High, High, High, Low, Low }.Select((condition, minute) => (condition, minute)))
        {
            told.AddRange(await alerts.ApplyAsync([condition], [], ManualTime.Start.AddMinutes(minute), isTold: true, None));
        }

        Assert.Equal([AlertStatus.Raised, AlertStatus.Cleared], told.Select(alert => alert.State));
        Assert.Equal([ManualTime.Start.AddMinutes(1), ManualTime.Start.AddMinutes(4)], told.Select(alert => alert.Since));
        Assert.Equal(told.Select(Notification.Of), await Pending(storage).ListAsync(None).ToListAsync());
        Assert.Equal(["alert.raised", "alert.cleared"], told.Select(alert => Notification.Of(alert).Type));
        Assert.Equal(told[1], Assert.Single((await ListAsync(alerts)).Items));
    }

    [Fact]
    public async Task Of_evaluations_at_once_one_raises_and_without_a_receiver_no_notification_is_stored()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            host => Alerts(storage).ApplyAsync([High with { Value = 101 + host }], [], ManualTime.Start.AddMilliseconds(host), isTold: false, None)));

        Assert.Single(told.SelectMany(one => one));
        Assert.Empty(await Pending(storage).ListAsync(None).ToListAsync());
    }

    [Theory]
    [InlineData(FaultMode.CrashBefore)]
    [InlineData(FaultMode.CrashAfter)]
    [InlineData(FaultMode.AnswerLost)]
    public async Task Whatever_dies_when_an_alert_is_raised_it_is_raised_once_and_its_notification_is_stored(FaultMode mode)
    {
        for (var call = 1; ; call++)
        {
            var storage = await TestStorage.CreateAsync(azurite);
            var alerts = Alerts(storage);
            storage.Faults.Spoil(call, mode);
            List<AlertState> told = [];
            try
            {
                told.AddRange(await alerts.ApplyAsync([High], [], ManualTime.Start, isTold: true, None));
            }
            catch (CrashException)
            {
                // The process is gone; the next evaluation comes a minute later.
            }

            var isOver = !storage.Faults.HasStruck;
            storage.Faults.Reset();
            told.AddRange(await alerts.ApplyAsync([High], [], ManualTime.Start.AddMinutes(1), isTold: true, None));

            var alert = Assert.Single((await ListAsync(alerts)).Items);
            Assert.True(alert.IsRaised);
            Assert.Equal(alert.Since, Assert.Single(await Pending(storage).ListAsync(None).ToListAsync()).At);
            Assert.InRange(told.Count, mode == FaultMode.CrashAfter ? 0 : 1, 1);
            if (isOver)
            {
                return;
            }
        }
    }

    [Fact]
    public async Task An_acknowledgement_stays_through_evaluations_ends_with_the_alert_and_is_refused_where_nothing_is_raised()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var alerts = Alerts(storage);
        Assert.Null(await alerts.AcknowledgeAsync("backlog", "ann", "known", ManualTime.Start, None));
        await alerts.ApplyAsync([High], [], ManualTime.Start, isTold: false, None);

        var first = await alerts.AcknowledgeAsync("backlog", "ann", "known", ManualTime.Start.AddSeconds(1), None);
        var again = await alerts.AcknowledgeAsync("backlog", "ann", "known", ManualTime.Start.AddSeconds(2), None);
        await alerts.ApplyAsync([High with { Value = 200, Message = "200 are due" }], [], ManualTime.Start.AddMinutes(1), isTold: false, None);
        var lasting = Assert.Single((await ListAsync(alerts)).Items);
        await alerts.ApplyAsync([Low], [], ManualTime.Start.AddMinutes(2), isTold: false, None);
        var late = await alerts.AcknowledgeAsync("backlog", "ann", "known", ManualTime.Start.AddMinutes(3), None);

        Assert.Equal(new AlertAcknowledgement(1, "ann", ManualTime.Start.AddSeconds(1), "known"), first!.Acknowledgement);
        Assert.Equal(first, again);
        Assert.Equal((200.0, first.Acknowledgement), (lasting.Value, lasting.Acknowledgement));
        Assert.Equal((AlertStatus.Cleared, null), (late!.State, late.Acknowledgement));
    }

    [Fact]
    public async Task More_groups_than_a_transaction_holds_are_raised_and_listed_in_pages_raised_ones_first()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var alerts = Alerts(storage);
        AlertCondition[] groups = [.. Enumerable.Range(0, 120).Select(n => new AlertCondition(AlertKind.FailureGroup, Holds: true, 1, 0, "new") { Subject = $"f{n:D3}" })];

        Assert.Equal(120, (await alerts.ApplyAsync([.. groups, Low], [AlertKind.FailureGroup], ManualTime.Start, isTold: true, None)).Count);
        Assert.Equal(119, (await alerts.ApplyAsync(groups[..1], [AlertKind.FailureGroup], ManualTime.Start.AddMinutes(1), isTold: true, None)).Count);

        var first = await ListAsync(alerts);
        var rest = await alerts.ListAsync(null, 200, first.Next, None);
        Assert.Equal("failure_group-f000", first.Items[0].Id);
        Assert.Equal((50, 71), (first.Items.Count, rest.Items.Count));
        Assert.Equal(121, first.Items.Concat(rest.Items).Select(alert => alert.Id).Distinct().Count());
        Assert.Single((await alerts.ListAsync(AlertStatus.Raised, 50, null, None)).Items);
        await Assert.ThrowsAsync<FormatException>(() => alerts.ListAsync(null, 50, "made up", None));
    }

    private static AlertStore Alerts(TestStorage storage) => new(storage.Tables, NullLogger<AlertStore>.Instance);

    private static PendingNotifications Pending(TestStorage storage) => new(storage.Tables, NullLogger<PendingNotifications>.Instance);

    private static Task<Page<AlertState>> ListAsync(AlertStore alerts) => alerts.ListAsync(null, 50, null, None);
}
