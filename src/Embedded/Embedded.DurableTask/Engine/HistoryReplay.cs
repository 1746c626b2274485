using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Engine;

/// <summary>Proves that today's code still does what a recorded history says: the same commands, inputs and ending, turn by turn.</summary>
internal static class HistoryReplay
{
    /// <exception cref="HistoryMismatchException">The code does something else, or does not finish what the history finished.</exception>
    public static void Verify(
        OrchestrationIdentity identity,
        IReadOnlyList<TurnRecord> turns,
        ITaskExecutor executor,
        DataConverter? converter = null)
    {
        var session = new OrchestrationSession(
            identity, executor, converter ?? JsonDataConverter.Default, NullLoggerFactory.Instance);
        for (var i = 0; i < turns.Count; i++)
        {
            // As a live turn: the code that was recorded did not see itself being replayed either.
            var turn = TurnParts.Of(turns[i]);
            var recorded = Comparable(turns[i]);
            var repeated = Comparable(session.RunTurn(turn.NowUtc, turn.Arrived).Record);
            if (recorded != repeated)
            {
                throw new HistoryMismatchException(
                    $"Turn {i} of '{identity.Name}' ({identity.InstanceId}) was recorded as {recorded} and is repeated as {repeated}.");
            }
        }
    }

    // Stack traces name lines of code, which may move.
    private static string Comparable(TurnRecord turn) => HistoryCodec.Serialize([.. turn.Events.Select(static recorded =>
        recorded is ExecutionCompleted { Failure: { } failure } completed
            ? completed with { Failure = WithoutStack(failure) }
            : recorded)]);

    private static FailureRecord WithoutStack(FailureRecord failure) => failure with
    {
        StackTrace = null,
        InnerFailure = failure.InnerFailure is { } inner ? WithoutStack(inner) : null,
    };
}
