using Azure;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Store;

/// <summary>Writes as actions of a transaction, and the smaller rows both ways.</summary>
internal static class TableRows
{
    private const string Id = "InstanceId";
    private const string Run = "RunId";
    private const string Sequence = "Sequence";
    private const string Event = "Event";
    private const string Events = "Events";
    private const string Continues = "Continues";
    private const string Messages = "Messages";
    private const string Token = "Token";
    private const string Commits = "Commits";

    public static TableTransactionAction Action(string partition, StoreWrite write) => write switch
    {
        StoreWrite.AddHead { Head: var head } => new(TableTransactionActionType.Add, HeadRow.Write(partition, head)),
        StoreWrite.ReplaceHead { Head: var head } => new(TableTransactionActionType.UpsertReplace, HeadRow.Write(partition, head)),
        StoreWrite.MergeHead merge =>
            new(TableTransactionActionType.UpdateMerge, HeadRow.WriteParts(partition, merge.Head, merge.Parts), ETag.All),
        StoreWrite.AddHistory { Row: var row } => new(TableTransactionActionType.Add, History(partition, write.RowKey, row)),
        StoreWrite.PutMessage { Message: var message } =>
            new(TableTransactionActionType.UpsertReplace, Message(partition, write.RowKey, message)),
        StoreWrite.PutOutbox { Batch: var batch } =>
            new(TableTransactionActionType.UpsertReplace, Outbox(partition, write.RowKey, batch)),
        _ => new(TableTransactionActionType.Delete, new TableEntity(partition, write.RowKey), ETag.All),
    };

    public static TableEntity Fence(BucketFence fence) =>
        new(StoreKeys.Partition(fence.Bucket), StoreKeys.FenceRow) { [Token] = fence.Token, [Commits] = fence.Sequence };

    public static BucketFence ReadFence(int bucket, TableEntity row) =>
        new(bucket, row.GetInt64(Token) ?? 0, row.GetInt64(Commits) ?? 0, row.ETag.ToString());

    public static HistoryRow ReadHistory(TableEntity row, string instanceId, int generation, int number) =>
        new(instanceId, generation, number, SplitText.Read(row, Events) ?? "", row.GetBoolean(Continues) ?? false);

    public static StoredMessage ReadMessage(TableEntity row) => new(
        row.GetString(Id) ?? "",
        row.GetString(Run) ?? "",
        row.GetString(Sequence) ?? "",
        StoreText.ReadEvent(SplitText.Read(row, Event) ?? ""));

    public static OutboxBatch ReadOutbox(TableEntity row) => new(
        row.GetString(Id) ?? "", row.GetString(Sequence) ?? "", StoreText.ReadMessages(SplitText.Read(row, Messages) ?? ""));

    private static TableEntity History(string partition, string key, HistoryRow history)
    {
        var row = new TableEntity(partition, key);
        SplitText.Write(row, Events, history.Text);
        if (history.Continues)
        {
            row[Continues] = true;
        }

        return row;
    }

    private static TableEntity Message(string partition, string key, StoredMessage message)
    {
        var row = new TableEntity(partition, key) { [Id] = message.InstanceId, [Run] = message.RunId, [Sequence] = message.Sequence };
        SplitText.Write(row, Event, StoreText.Write(message.Event));
        return row;
    }

    private static TableEntity Outbox(string partition, string key, OutboxBatch batch)
    {
        var row = new TableEntity(partition, key) { [Id] = batch.SourceId, [Sequence] = batch.Sequence };
        SplitText.Write(row, Messages, StoreText.Write(batch.Messages));
        return row;
    }
}
