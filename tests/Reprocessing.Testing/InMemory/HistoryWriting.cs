using DurableTask.Core.History;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Protocol = Microsoft.DurableTask.Protobuf;

namespace Reprocessing.Testing.InMemory;

/// <summary>Events of a history in the words that worker and client are told them in. The SDK has but the way back.</summary>
internal static class HistoryWriting
{
    public static Protocol.HistoryEvent ToProtocol(this HistoryEvent told)
    {
        var written = ProtobufUtils.ToHistoryEventProto(told);
        if (told is ExecutionCompletedEvent end)
        {
            // As published every end is written as a good one (Microsoft.DurableTask.InProcessTestHost 0.2.3-preview.1).
            written.ExecutionCompleted.OrchestrationStatus = (Protocol.OrchestrationStatus)end.OrchestrationStatus;
        }

        return written;
    }
}
