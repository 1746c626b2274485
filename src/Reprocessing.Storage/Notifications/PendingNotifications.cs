using Reprocessing.Domain.Notifications;

namespace Reprocessing.Storage.Notifications;

/// <summary>Notifications that are not yet handed over. They are stored before or with their cause, so a crash loses none.</summary>
public interface IPendingNotifications
{
    Task AddAsync(IReadOnlyCollection<Notification> notifications, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<Page<Notification>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    Task RemoveAsync(Notification notification, CancellationToken cancellationToken);
}

internal sealed class PendingNotifications(StorageTables tables, ILogger<PendingNotifications> logger) : IPendingNotifications
{
    public async Task AddAsync(IReadOnlyCollection<Notification> notifications, CancellationToken cancellationToken)
    {
        foreach (var notification in notifications)
        {
            await tables.Orders.UpsertEntityAsync(NotificationRows.Write(PartitionOf(notification), notification), TableUpdateMode.Replace, cancellationToken);
        }
    }

    public Task<Page<Notification>> ListAsync(int limit, string? token, CancellationToken cancellationToken) => tables.Orders
        .MergeAsync(tables.Ranges(RowKeys.NotificationIndex, TableReads.ParseTimePosition(token)), limit, cancellationToken)
        .Select(found => (Notification: StorageJson.TryRead(found.Row, NotificationRows.Read, logger), found.Position))
        .Where(found => found.Notification is not null)
        .Select(found => (found.Notification!, found.Position))
        .PageAsync(limit);

    public async Task RemoveAsync(Notification notification, CancellationToken cancellationToken) =>
        await tables.Orders.DeleteEntityAsync(PartitionOf(notification), NotificationRows.Key(notification), ETag.All, cancellationToken);

    private string PartitionOf(Notification notification) => tables.PartitionOf(NotificationRows.Subject(notification));
}

internal static class NotificationRows
{
    /// <summary>The row lies in the shard of the notification's subject, so that one transaction can write both.</summary>
    public static string Subject(Notification notification) => notification.DeadLetter?.OrderId ?? notification.Alert?.RunId ?? notification.Id;

    public static string Key(Notification notification) => RowKeys.Notification(notification.At, notification.Id);

    public static TableEntity Write(string partition, Notification notification) =>
        new TableEntity(partition, Key(notification)) { ["NotificationId"] = notification.Id, ["Type"] = notification.Type }.WithJson(notification);

    /// <summary>For the transaction that changes the subject. An upsert, because a repeated transaction writes the same row.</summary>
    public static TableTransactionAction Action(string partition, Notification notification) =>
        new(TableTransactionActionType.UpsertReplace, Write(partition, notification));

    public static Notification Read(TableEntity row) => StorageJson.Read<Notification>(row);
}
