namespace Embedded.DurableTask.Store;

/// <param name="Heads">Of the instances that have not ended, whole.</param>
/// <param name="Messages">By instance and sequence; also those that nobody will consume any more.</param>
/// <param name="Outbox">By instance and sequence.</param>
internal sealed record UnfinishedWork(
    IReadOnlyList<InstanceHead> Heads, IReadOnlyList<StoredMessage> Messages, IReadOnlyList<OutboxBatch> Outbox);
