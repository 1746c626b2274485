using Google.Protobuf;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Worker.Grpc;
using Reprocessing.Testing.InMemory;
using Protocol = Microsoft.DurableTask.Protobuf;

namespace Reprocessing.Testing.Replay;

/// <summary>Gives today's orchestrators what they were asked before, by the runner that the Functions worker uses.</summary>
/// <param name="services">The app, put together with <see cref="InMemoryWorker"/>.</param>
internal sealed class HistoryReplay(AppFunctions functions, IServiceProvider services)
{
    /// <summary>What is done otherwise than it was recorded; null when nothing is.</summary>
    public string? FindDifference(string orchestrator, Turn turn)
    {
        var function = functions.Get<OrchestrationTriggerAttribute>(orchestrator);
        var answer = Protocol.OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(
            GrpcOrchestrationRunner.LoadAndRun(turn.Encoded, new OrchestrationFunction(function, services), services)));
        var actions = answer.Actions.Select(Turn.Describe).ToList();
        if (actions.Order(StringComparer.Ordinal).SequenceEqual(turn.Actions.Order(StringComparer.Ordinal)))
        {
            return null;
        }

        var failure = answer.Actions.Select(action => action.CompleteOrchestration?.FailureDetails?.ErrorMessage).FirstOrDefault(message => message is not null);
        return $"{turn.Request.InstanceId}: {orchestrator} did [{string.Join("; ", turn.Actions)}] and does [{string.Join("; ", actions)}] now. {failure}";
    }
}
