namespace Reprocessing.Storage.Notifications;

/// <summary>Notifications that are not yet handed over. They are stored before or with their cause, so a crash loses none.</summary>
public sealed class PendingNotifications(StorageTables tables, ILogger<PendingNotifications> logger)
{
    private const int PageSize = 100;

    public async Task AddAsync(Notification notification, CancellationToken cancellationToken) =>
        await tables.Orders.UpsertEntityAsync(NotificationRows.Write(PartitionOf(notification), notification), TableUpdateMode.Replace, cancellationToken);

    public IAsyncEnumerable<Notification> ListAsync(CancellationToken cancellationToken) => tables.Orders
        .MergeAsync(tables.Ranges(RowKeys.NotificationIndex), PageSize, cancellationToken)
        .ReadableAsync(StorageJson.Read<Notification>, logger)
        .Select(found => found.Item);

    public async Task RemoveAsync(Notification notification, CancellationToken cancellationToken) =>
        await tables.Orders.DeleteEntityAsync(PartitionOf(notification), NotificationRows.Key(notification), ETag.All, cancellationToken);

    private string PartitionOf(Notification notification) => tables.PartitionOf(NotificationRows.Subject(notification));
}

internal static class NotificationRows
{
    /// <summary>The row lies in the shard of the notification's subject, so that one transaction can write both.</summary>
    public static string Subject(Notification notification) => notification switch
    {
        { DeadLetter: { } entry } => entry.OrderId,
        { Alert: not null } => AlertRows.Subject,
        _ => notification.Id,
    };

    public static string Key(Notification notification) => RowKeys.Notification(notification.At, notification.Id);

    public static TableEntity Write(string partition, Notification notification) =>
        new TableEntity(partition, Key(notification)) { ["NotificationId"] = notification.Id, ["Type"] = notification.Type }.WithJson(notification);

    /// <summary>For the transaction that changes the subject. An upsert, because a repeated transaction writes the same row.</summary>
    public static TableTransactionAction Action(string partition, Notification notification) =>
        new(TableTransactionActionType.UpsertReplace, Write(partition, notification));
}
