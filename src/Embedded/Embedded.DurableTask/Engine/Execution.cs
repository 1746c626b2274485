using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>The state of one execution that the orchestrator's context and the session share.</summary>
internal sealed class Execution
{
    private readonly ILogger _logger;

    public Execution(OrchestrationIdentity identity, DataConverter converter, ILoggerFactory loggerFactory)
    {
        Identity = identity;
        Converter = converter;
        LoggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<OrchestrationSession>();
        Loop = new TurnLoop(() => Log.ForeignContinuation(_logger, identity.InstanceId));
        Inbox = new EventInbox(Loop, converter);
    }

    public OrchestrationIdentity Identity { get; }

    public DataConverter Converter { get; }

    public ILoggerFactory LoggerFactory { get; }

    public TurnLoop Loop { get; }

    public CommandLog Commands { get; } = new();

    public PendingTasks Pending { get; } = new();

    public EventInbox Inbox { get; }

    /// <summary>The time of the turn.</summary>
    public DateTime NowUtc { get; set; } = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);

    public bool IsReplaying { get; set; }

    public string? Input { get; set; }

    public string? CustomStatus { get; set; }

    /// <summary>Set by ContinueAsNew.</summary>
    public Continuation? Next { get; set; }

    /// <exception cref="InvalidOperationException">The caller is not the code that the turn runs.</exception>
    public void EnsureOnTurn()
    {
        if (!Loop.IsDriving)
        {
            Loop.ReportForeignCall();
            throw new InvalidOperationException(IllegalAwait.Message);
        }
    }

    public void Complete(int id, PendingKind kind, string? result, HistoryEvent source)
    {
        if (Pending.Close(id, kind) is { } task)
        {
            task.Source.TrySetResult(result);
        }
        else
        {
            Log.EventIgnored(_logger, Identity.InstanceId, source.GetType().Name, id);
        }
    }

    public void Fail(int id, PendingKind kind, FailureRecord failure, HistoryEvent source)
    {
        if (Pending.Close(id, kind) is { } task)
        {
            task.Source.TrySetException(TaskFailures.Create(task, failure));
        }
        else
        {
            Log.EventIgnored(_logger, Identity.InstanceId, source.GetType().Name, id);
        }
    }

    internal sealed record Continuation(string? Input, string Version, bool PreserveEvents);
}
