using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>One orchestrator under test, named Main, beside an activity A that answers nothing and a child that does nothing.</summary>
internal static class MainOrchestration
{
    public static readonly DateTime Start = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public static DelegateExecutor World(Func<TaskOrchestrationContext, Task> code) => World().Orchestrator("Main", code);

    public static DelegateExecutor World<T>(Func<TaskOrchestrationContext, Task<T>> code) => World().Orchestrator("Main", code);

    public static OrchestrationSession Session(Func<TaskOrchestrationContext, Task> code) => Session(World(code), null);

    public static OrchestrationSession Session<T>(Func<TaskOrchestrationContext, Task<T>> code, ListLoggerFactory? log = null) =>
        Session(World(code), log);

    public static TurnResult FirstTurn(
        Func<TaskOrchestrationContext, Task> code, string id = "inst", string version = "", DateTime? now = null)
    {
        var session = new OrchestrationSession(
            new OrchestrationIdentity("Main", id, Version: version), World(code), DelegateExecutor.Converter, new ListLoggerFactory());
        return session.RunTurn(now ?? Start, [new ExecutionStarted(Start, "Main", Version: version)]);
    }

    private static DelegateExecutor World() => new DelegateExecutor()
        .Activity("A", static _ => null)
        .Orchestrator("Child", static _ => Task.CompletedTask);

    private static OrchestrationSession Session(DelegateExecutor executor, ListLoggerFactory? log) =>
        new(new OrchestrationIdentity("Main", "inst"), executor, DelegateExecutor.Converter, log ?? new ListLoggerFactory());
}
