namespace Embedded.DurableTask.Store;

/// <summary>A change of one row.</summary>
internal abstract record StoreWrite(string InstanceId)
{
    /// <summary>Refused if the instance has a head.</summary>
    internal sealed record AddHead(InstanceHead Head) : StoreWrite(Head.InstanceId);

    /// <summary>Writes the whole head over what may be there.</summary>
    internal sealed record ReplaceHead(InstanceHead Head) : StoreWrite(Head.InstanceId);

    internal sealed record MergeHead(InstanceHead Head, HeadParts Parts) : StoreWrite(Head.InstanceId);

    internal sealed record DeleteHead(string InstanceId) : StoreWrite(InstanceId);

    internal sealed record AddHistory(HistoryRow Row) : StoreWrite(Row.InstanceId);

    internal sealed record DeleteHistory(string InstanceId, int Generation, int Row) : StoreWrite(InstanceId);

    /// <summary>Writing the same message again changes nothing.</summary>
    internal sealed record PutMessage(StoredMessage Message) : StoreWrite(Message.InstanceId);

    internal sealed record DeleteMessage(string InstanceId, string Sequence) : StoreWrite(InstanceId);

    internal sealed record PutOutbox(OutboxBatch Batch) : StoreWrite(Batch.SourceId);

    internal sealed record DeleteOutbox(string InstanceId, string Sequence) : StoreWrite(InstanceId);

    /// <summary>The key of the row in its bucket.</summary>
    public string RowKey => this switch
    {
        AddHead or ReplaceHead or MergeHead or DeleteHead => StoreKeys.Head(InstanceId),
        AddHistory { Row: var row } => StoreKeys.History(InstanceId, row.Generation, row.Row),
        DeleteHistory history => StoreKeys.History(InstanceId, history.Generation, history.Row),
        PutMessage { Message: var message } => StoreKeys.Message(InstanceId, message.Sequence),
        DeleteMessage message => StoreKeys.Message(InstanceId, message.Sequence),
        PutOutbox { Batch: var batch } => StoreKeys.Outbox(InstanceId, batch.Sequence),
        DeleteOutbox message => StoreKeys.Outbox(InstanceId, message.Sequence),
        _ => throw new InvalidOperationException($"{GetType().Name} has no key."),
    };
}
