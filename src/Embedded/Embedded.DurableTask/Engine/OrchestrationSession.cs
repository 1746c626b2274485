using DurableTask.Core.Exceptions;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// One orchestrator coroutine in memory: fed with the committed history once, then with what arrives, turn by turn. Not safe for
/// concurrent use, but each turn may come on another thread. After a turn whose commit failed the session must be dropped: the
/// coroutine has run ahead of the history.
/// </summary>
internal sealed class OrchestrationSession
{
    private readonly ITaskExecutor _executor;
    private readonly Execution _execution;
    private readonly ILogger _logger;
    private readonly Queue<ArrivedEvent> _held = new();
    private Coroutine? _coroutine;
    private OrchestrationEnding? _stopped;
    private bool _isSuspended;
    private bool _isOver;

    public OrchestrationSession(
        OrchestrationIdentity identity, ITaskExecutor executor, DataConverter converter, ILoggerFactory loggerFactory)
    {
        _executor = executor;
        _execution = new Execution(identity, converter, loggerFactory);
        _logger = loggerFactory.CreateLogger<OrchestrationSession>();
    }

    /// <summary>
    /// Brings a fresh session to the state after the committed turns. If the code asks for something else than it did then, the
    /// next turn fails the execution.
    /// </summary>
    /// <exception cref="HistoryFormatException">The history cannot be understood; nothing may be committed on top of it.</exception>
    public void Replay(IReadOnlyList<TurnRecord> committedTurns)
    {
        foreach (var turn in committedTurns)
        {
            var recorded = TurnParts.Of(turn);
            var (commands, ending) = Advance(recorded.NowUtc, recorded.Arrived, replaying: true);
            if (recorded.Ending is not null)
            {
                _isOver = true;
            }
            else if (_stopped is null)
            {
                _stopped = DifferenceOf(recorded, commands, ending);
            }

            if (_isOver || _stopped is not null)
            {
                return;
            }
        }
    }

    /// <summary>Applies what arrived and answers with what to commit.</summary>
    /// <param name="nowUtc">The clock of the turn; never goes back, and never stands before a timer that has fired.</param>
    /// <param name="arrived">In the order of arrival; the first turn's first event is ExecutionStarted.</param>
    public TurnResult RunTurn(DateTime nowUtc, IReadOnlyList<HistoryEvent> arrived)
    {
        if (_isOver)
        {
            throw new InvalidOperationException("The execution has ended: there are no turns after the last.");
        }

        var events = arrived.OfType<ArrivedEvent>().ToList();
        if (events.Count != arrived.Count)
        {
            throw new ArgumentException("Commands and endings do not arrive: the turn itself writes them.", nameof(arrived));
        }

        var now = TimeOf(nowUtc, events);
        var (commands, ending) = Advance(now, events, replaying: false);
        _isOver = ending is not null;
        return new TurnResult(RecordOf(now, events, commands, ending), ending, _execution.CustomStatus, _isSuspended);
    }

    private static OrchestrationEnding.Failed? DifferenceOf(
        TurnParts recorded, IReadOnlyList<CommandEvent> commands, OrchestrationEnding? ending)
    {
        try
        {
            CommandLog.Confirm(recorded.Commands, commands);
            return ending is null ? null : throw new NonDeterministicOrchestrationException(
                $"Non-Deterministic workflow detected: the code now ends ({ending.GetType().Name}) where the history goes on.");
        }
        catch (NonDeterministicOrchestrationException difference)
        {
            return new OrchestrationEnding.Failed(FailureRecord.FromException(difference));
        }
    }

    private static TurnRecord RecordOf(
        DateTime now, IEnumerable<HistoryEvent> arrived, IEnumerable<CommandEvent> commands, OrchestrationEnding? ending)
    {
        List<HistoryEvent> events = [new OrchestratorStarted(now), .. arrived, .. commands];
        if (ending is not null)
        {
            events.Add(ending.ToEvent(now));
        }

        return new TurnRecord(events);
    }

    private DateTime TimeOf(DateTime nowUtc, List<ArrivedEvent> arrived)
    {
        var latest = nowUtc.ToUniversalTime();
        foreach (var time in arrived.OfType<TimerFired>().Select(static fired => fired.FireAt).Append(_execution.NowUtc))
        {
            latest = time > latest ? time : latest;
        }

        return latest;
    }

    private (IReadOnlyList<CommandEvent> Commands, OrchestrationEnding? Ending) Advance(
        DateTime now, IReadOnlyList<ArrivedEvent> arrived, bool replaying)
    {
        _execution.NowUtc = now;
        _execution.IsReplaying = replaying;
        foreach (var arrival in arrived)
        {
            Receive(arrival);
        }

        var ending = _stopped ?? EndingOf(_coroutine
            ?? throw new InvalidOperationException("The first event of an execution must be ExecutionStarted."));
        if (ending is OrchestrationEnding.Failed failed && !replaying && !ReferenceEquals(failed.Failure, _coroutine?.Failure))
        {
            Log.ExecutionStopped(_logger, _execution.Identity.InstanceId, failed.Failure.ErrorMessage);
        }

        return (_execution.Commands.Take(), ending);
    }

    private void Receive(ArrivedEvent arrival)
    {
        switch (arrival)
        {
            case var _ when _stopped is not null:
                break;
            case ExecutionTerminated terminated:
                _stopped = new OrchestrationEnding.Terminated(terminated.Output);
                break;
            case ExecutionSuspended:
                _isSuspended = true;
                break;
            case ExecutionResumed:
                _isSuspended = false;
                while (_stopped is null && _held.TryDequeue(out var held))
                {
                    Apply(held);
                }

                break;
            case var _ when _isSuspended && arrival is not ExecutionStarted:
                _held.Enqueue(arrival);
                break;
            default:
                Apply(arrival);
                break;
        }
    }

    private void Apply(ArrivedEvent arrival)
    {
        try
        {
            _execution.Loop.Run(() => Handle(arrival));
        }
        catch (Exception exception) when (exception is not HistoryFormatException)
        {
            // From code that nobody awaits, such as an async void method.
            _stopped = new OrchestrationEnding.Failed(FailureRecord.FromException(exception));
        }
    }

    private void Handle(ArrivedEvent arrival)
    {
        switch (arrival)
        {
            case ExecutionStarted started:
                Start(started);
                break;
            case TaskCompleted completed:
                _execution.Complete(completed.TaskId, PendingKind.Activity, completed.Result, completed);
                break;
            case TaskFailed failed:
                _execution.Fail(failed.TaskId, PendingKind.Activity, failed.Failure, failed);
                break;
            case TimerFired fired:
                _execution.Complete(fired.TaskId, PendingKind.Timer, null, fired);
                break;
            case SubOrchestrationCompleted completed:
                _execution.Complete(completed.TaskId, PendingKind.SubOrchestration, completed.Result, completed);
                break;
            case SubOrchestrationFailed failed:
                _execution.Fail(failed.TaskId, PendingKind.SubOrchestration, failed.Failure, failed);
                break;
            case EventRaised raised:
                _execution.Inbox.Raise(raised);
                break;
            default:
                throw new HistoryFormatException($"The engine does not know what to do with {arrival.GetType().Name}.");
        }
    }

    private void Start(ExecutionStarted started)
    {
        if (started.EngineVersion > EngineVersions.Current)
        {
            throw new HistoryFormatException(
                $"The history was begun by engine version {started.EngineVersion}; this one is {EngineVersions.Current}.");
        }

        if (_coroutine is not null)
        {
            throw new HistoryFormatException("An execution starts once.");
        }

        _execution.Input = started.Input;
        _coroutine = new Coroutine(_executor, new ReplayContext(_execution));
        var name = _execution.Identity.Name;
        if (_executor.OrchestratorNames.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            // Runs to its first wait and goes on in later turns; how it ends is seen in IsFinished.
            _ = _coroutine.RunAsync();
        }
        else
        {
            _stopped = TaskFailures.MissingOrchestrator(name, _executor.OrchestratorNames);
        }
    }

    private OrchestrationEnding? EndingOf(Coroutine coroutine)
    {
        var nothingCanContinueIt = _execution.Pending.Count == 0 && !_execution.Inbox.HasWaiters;
        if (_execution.Loop.ForeignCallSeen || (!coroutine.IsFinished && nothingCanContinueIt))
        {
            return _stopped = new OrchestrationEnding.Failed(IllegalAwait.Failure);
        }

        // As on the platform, an open task holds the instance open, whatever the code has returned.
        if (!coroutine.IsFinished || _execution.Pending.Count > 0)
        {
            return null;
        }

        return (coroutine.Failure, _execution.Next) switch
        {
            ({ } failure, _) => new OrchestrationEnding.Failed(failure),
            (_, { } next) => new OrchestrationEnding.ContinuedAsNew(
                next.Input, next.Version, next.PreserveEvents ? _execution.Inbox.TakeKept() : []),
            _ => new OrchestrationEnding.Completed(coroutine.Output),
        };
    }
}
