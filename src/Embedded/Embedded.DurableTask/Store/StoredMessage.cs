using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Store;

/// <summary>
/// What an instance has been told and has not consumed: an external event, suspend, resume or terminate. Deleted in the commit of
/// the turn that consumes it. Sequences order the messages of an instance.
/// </summary>
internal sealed record StoredMessage(string InstanceId, string RunId, string Sequence, HistoryEvent Event);
