using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Notices;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Shards;

namespace Reprocessing.Storage.Notices;

internal sealed class PendingNotices(StorageTables tables, ILogger<PendingNotices> logger) : IPendingNotices
{
    public async Task AddAsync(IReadOnlyCollection<Notice> notices, CancellationToken cancellationToken)
    {
        foreach (var notice in notices)
        {
            await tables.Orders.UpsertEntityAsync(NoticeRows.Write(PartitionOf(notice), notice), TableUpdateMode.Replace, cancellationToken);
        }
    }

    public async Task<Page<Notice>> ListAsync(int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = ShardCursor.Parse(token);
        List<ShardRange> ranges = [.. tables.Partitions.Select(partition => new ShardRange(partition, RowKeys.NoticeLane, after))];
        List<Notice> notices = [];
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

    public async Task RemoveAsync(Notice notice, CancellationToken cancellationToken) =>
        await tables.Orders.DeleteEntityAsync(PartitionOf(notice), NoticeRows.Key(notice), ETag.All, cancellationToken);

    private string PartitionOf(Notice notice) => tables.PartitionOf(NoticeRows.Subject(notice));

    /// <summary>One that cannot be read must not hold up the others.</summary>
    private Notice? TryRead(TableEntity row)
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
