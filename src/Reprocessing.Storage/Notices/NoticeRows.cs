using Azure.Data.Tables;
using Reprocessing.Domain.Notices;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Notices;

internal static class NoticeRows
{
    /// <summary>What a notice is about lies in one shard, and so does its row: it can be part of that one's transaction.</summary>
    public static string Subject(Notice notice) => notice.DeadLetter?.OrderId ?? notice.Alert?.RunId ?? notice.Id;

    public static string Key(Notice notice) => RowKeys.Notice(notice.At, notice.Id);

    public static TableEntity Write(string partition, Notice notice)
    {
        var row = new TableEntity(partition, Key(notice)) { ["NoticeId"] = notice.Id, ["Type"] = notice.Type };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(notice));
        return row;
    }

    /// <summary>To go with the transaction that does what the notice tells of. An upsert: the same notice may be there already.</summary>
    public static TableTransactionAction Action(string partition, Notice notice) =>
        new(TableTransactionActionType.UpsertReplace, Write(partition, notice));

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static Notice Read(TableEntity row) => StorageJson.Read<Notice>(TextColumns.Read(row, OrderRows.Data));
}
