using Reprocessing.Domain.Notifications;

namespace Reprocessing.Storage.Notices;

/// <summary>Notifications that are not yet handed over. They are stored before or with their cause, so a crash loses none.</summary>
public interface IPendingNotices
{
    /// <summary>The same notice twice is one.</summary>
    Task AddAsync(IReadOnlyCollection<Notification> notices, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<Page<Notification>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>Removing what is not there is no fault.</summary>
    Task RemoveAsync(Notification notice, CancellationToken cancellationToken);
}

internal sealed class PendingNotices(StorageTables tables, ILogger<PendingNotices> logger) : IPendingNotices
{
    public async Task AddAsync(IReadOnlyCollection<Notification> notices, CancellationToken cancellationToken)
    {
        foreach (var notice in notices)
        {
            await tables.Orders.UpsertEntityAsync(NoticeRows.Write(PartitionOf(notice), notice), TableUpdateMode.Replace, cancellationToken);
        }
    }

    public Task<Page<Notification>> ListAsync(int limit, string? token, CancellationToken cancellationToken) => tables.Orders
        .MergeAsync(tables.Ranges(RowKeys.NoticeIndex, TableReads.ParseTimePosition(token)), limit, cancellationToken)
        .Select(found => (Notice: StorageJson.TryRead(found.Row, NoticeRows.Read, logger), found.Position))
        .Where(found => found.Notice is not null)
        .Select(found => (found.Notice!, found.Position))
        .PageAsync(limit);

    public async Task RemoveAsync(Notification notice, CancellationToken cancellationToken) =>
        await tables.Orders.DeleteEntityAsync(PartitionOf(notice), NoticeRows.Key(notice), ETag.All, cancellationToken);

    private string PartitionOf(Notification notice) => tables.PartitionOf(NoticeRows.Subject(notice));
}

internal static class NoticeRows
{
    /// <summary>What a notice is about lies in one shard, and so does its row: it can be part of that one's transaction.</summary>
    public static string Subject(Notification notice) => notice.DeadLetter?.OrderId ?? notice.Alert?.RunId ?? notice.Id;

    public static string Key(Notification notice) => RowKeys.Notice(notice.At, notice.Id);

    public static TableEntity Write(string partition, Notification notice) =>
        new TableEntity(partition, Key(notice)) { ["NoticeId"] = notice.Id, ["Type"] = notice.Type }.WithJson(notice);

    /// <summary>To go with the transaction that does what the notice tells of. An upsert: the same notice may be there already.</summary>
    public static TableTransactionAction Action(string partition, Notification notice) =>
        new(TableTransactionActionType.UpsertReplace, Write(partition, notice));

    public static Notification Read(TableEntity row) => StorageJson.Read<Notification>(row);
}
