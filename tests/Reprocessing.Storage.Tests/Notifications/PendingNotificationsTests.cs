using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Domain.Notifications;
using Reprocessing.Storage.Notifications;

namespace Reprocessing.Storage.Tests.Notifications;

[Collection(AzuriteTests.Name)]
public sealed class PendingNotificationsTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_notification_is_kept_once_until_it_is_removed_and_comes_back_as_it_was()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pending = Pending(storage);
        var notification = Of(1);

        await pending.AddAsync(notification, None);
        await pending.AddAsync(notification, None);
        var kept = await pending.ListAsync(None).ToListAsync();
        await pending.RemoveAsync(notification, None);
        await pending.RemoveAsync(notification, None);

        Assert.Equal(notification, Assert.Single(kept));
        Assert.Empty(await pending.ListAsync(None).ToListAsync());
        Assert.DoesNotContain(await storage.RowsAsync(), row => row.RowKey[0] == RowKeys.NotificationIndex);
    }

    [Fact]
    public async Task Notifications_of_all_shards_are_listed_oldest_first()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pending = Pending(storage);
        Notification[] notifications = [.. Enumerable.Range(0, 25).Select(Of)];
        foreach (var notification in notifications.Reverse())
        {
            await pending.AddAsync(notification, None);
        }

        Assert.Equal(notifications, await pending.ListAsync(None).ToListAsync());
    }

    [Fact]
    public async Task A_notification_that_cannot_be_read_does_not_hold_up_the_others()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var pending = Pending(storage);
        await pending.AddAsync(Of(0), None);
        await pending.AddAsync(Of(1), None);
        await pending.AddAsync(Of(2), None);
        await storage.Tables.Orders.UpdateEntityAsync(new TableEntity("s00", NotificationRows.Key(Of(1))) { [OrderRows.Data] = "{" }, ETag.All);

        Assert.Equal([Of(0), Of(2)], await pending.ListAsync(None).ToListAsync());
    }

    [Fact]
    public async Task A_notification_can_be_part_of_the_transaction_that_it_tells_of()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var row = new TableEntity("s00", "o|other");

        await storage.Tables.Orders.SubmitTransactionAsync([new(TableTransactionActionType.Add, row), NotificationRows.Action("s00", Of(1))]);

        Assert.Equal(Of(1), Assert.Single(await Pending(storage).ListAsync(None).ToListAsync()));
    }

    private static PendingNotifications Pending(TestStorage storage) => new(storage.Tables, NullLogger<PendingNotifications>.Instance);

    private static Notification Of(int number) =>
        new($"escalated-{number:D2}", Notification.EscalatedType, ManualTime.Start.AddSeconds(number));
}
