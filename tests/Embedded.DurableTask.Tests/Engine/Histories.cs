using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Histories as text that can be compared: stack traces, which name lines of code, are only there or not.</summary>
internal static class Histories
{
    public static IEnumerable<(OrchestrationIdentity Identity, IReadOnlyList<TurnRecord> Turns)> Of(Simulation simulation) =>
        simulation.Instances.SelectMany(static instance =>
            instance.Generations.Select(static g => (g.Identity, (IReadOnlyList<TurnRecord>)g.Turns)));

    public static string Text(TurnRecord turn) => HistoryCodec.Serialize([.. turn.Events.Select(WithPlainStack)]);

    public static TurnRecord WithPlainStacks(TurnRecord turn) => new([.. turn.Events.Select(WithPlainStack)]);

    private static HistoryEvent WithPlainStack(HistoryEvent recorded) => recorded switch
    {
        TaskFailed failed => failed with { Failure = WithPlainStack(failed.Failure) },
        SubOrchestrationFailed failed => failed with { Failure = WithPlainStack(failed.Failure) },
        ExecutionCompleted { Failure: { } failure } completed => completed with { Failure = WithPlainStack(failure) },
        _ => recorded,
    };

    private static FailureRecord WithPlainStack(FailureRecord failure) => failure with
    {
        StackTrace = failure.StackTrace is null ? null : "   at Somewhere()",
        InnerFailure = failure.InnerFailure is { } inner ? WithPlainStack(inner) : null,
    };
}
