using Reprocessing.Domain.Notifications;

namespace Reprocessing.Storage.Notices;

/// <summary>
/// What is to be told outside and may not have been handed over yet. A notice is put here before or with what it tells of and
/// taken out when somebody else has it safely; a crash in between leaves it here to be handed over again.
/// </summary>
public interface IPendingNotices
{
    /// <summary>The same notice twice is one.</summary>
    Task AddAsync(IReadOnlyCollection<Notification> notices, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
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

    public async Task<Page<Notification>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = ShardCursor.Parse(token);
        List<ShardRange> ranges = [.. tables.Partitions.Select(partition => new ShardRange(partition, RowKeys.NoticeLane, after))];
        List<Notification> notices = [];
        var read = 0;
        await foreach (var row in ShardMerge.ReadAsync(tables.Orders, ranges, limit, cancellationToken: cancellationToken))
        {
            if (TryRead(row) is { } notice)
            {
                notices.Add(notice);
            }

            if (++read == limit)
            {
                return new(notices, ShardRange.Position(row));
            }
        }

        return new(notices, null);
    }

    public async Task RemoveAsync(Notification notice, CancellationToken cancellationToken) =>
        await tables.Orders.DeleteEntityAsync(PartitionOf(notice), NoticeRows.Key(notice), ETag.All, cancellationToken);

    private string PartitionOf(Notification notice) => tables.PartitionOf(NoticeRows.Subject(notice));

    /// <summary>One that cannot be read must not hold up the others.</summary>
    private Notification? TryRead(TableEntity row)
    {
        try
        {
            return NoticeRows.Read(row);
        }
        catch (BrokenRowException exception)
        {
            Log.NoticeUnreadable(logger, row.RowKey, exception.Message);
            return null;
        }
    }
}

internal static class NoticeRows
{
    /// <summary>What a notice is about lies in one shard, and so does its row: it can be part of that one's transaction.</summary>
    public static string Subject(Notification notice) => notice.DeadLetter?.OrderId ?? notice.Alert?.RunId ?? notice.Id;

    public static string Key(Notification notice) => RowKeys.Notice(notice.At, notice.Id);

    public static TableEntity Write(string partition, Notification notice)
    {
        var row = new TableEntity(partition, Key(notice)) { ["NoticeId"] = notice.Id, ["Type"] = notice.Type };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(notice));
        return row;
    }

    /// <summary>To go with the transaction that does what the notice tells of. An upsert: the same notice may be there already.</summary>
    public static TableTransactionAction Action(string partition, Notification notice) =>
        new(TableTransactionActionType.UpsertReplace, Write(partition, notice));

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static Notification Read(TableEntity row) => StorageJson.Read<Notification>(TextColumns.Read(row, OrderRows.Data));
}
