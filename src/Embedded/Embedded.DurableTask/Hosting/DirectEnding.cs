using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Hosting;

/// <summary>A turn that ends an instance without its code.</summary>
internal static class DirectEnding
{
    public static TurnResult Of(TurnStart start, OrchestrationEnding ending)
    {
        var now = start.Now.UtcDateTime;
        var record = new TurnRecord(
            [new History.OrchestratorStarted(now), .. start.Arrived.Select(static arrival => arrival.Event), ending.ToEvent(now)]);
        return new TurnResult(record, ending, start.Head.CustomStatus, IsSuspended: false);
    }
}
