using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Store;

/// <summary>What one committed turn tells other instances: one row, deleted when all of it has arrived.</summary>
internal sealed record OutboxBatch(string SourceId, string Sequence, IReadOnlyList<OutboxMessage> Messages);

/// <summary>The message keeps its sequence where it goes, so that relaying it twice leaves one.</summary>
internal sealed record OutboxMessage(string TargetId, string Sequence, HistoryEvent Event);

/// <summary>A message as the row's JSON has it.</summary>
internal sealed record OutboxEntry(string TargetId, string Sequence, string Event);
