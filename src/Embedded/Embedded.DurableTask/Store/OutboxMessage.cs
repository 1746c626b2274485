using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Store;

/// <summary>What a committed turn tells another instance. The message gets the same sequence there, so that it can be relayed twice.</summary>
internal sealed record OutboxMessage(string SourceId, string Sequence, string TargetId, HistoryEvent Event);
