using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// One orchestrator coroutine in memory: fed with the committed history once, then with what arrives, turn by turn. Not safe for
/// concurrent use, but each turn may come on another thread. After a turn whose commit failed the session must be dropped: the
/// coroutine has run ahead of the history.
/// </summary>
internal sealed class OrchestrationSession(
    OrchestrationIdentity identity, ITaskExecutor executor, DataConverter converter, ILoggerFactory loggerFactory)
{
    /// <summary>Brings a fresh session to the state after the committed turns.</summary>
    public void Replay(IReadOnlyList<TurnRecord> committedTurns) => throw Pending();

    /// <summary>Applies what arrived and answers with what to commit.</summary>
    public TurnResult RunTurn(DateTime nowUtc, IReadOnlyList<HistoryEvent> arrived) => throw Pending();

    private NotSupportedException Pending() => new($"{identity} {executor} {converter} {loggerFactory}");
}
