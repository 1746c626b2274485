using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Code that changed under a running instance stops it with a message that names both, and asks for nothing more.</summary>
public sealed class NonDeterminismTests
{
    private static readonly Func<TaskOrchestrationContext, Task> Original = static async context =>
    {
        await context.CallActivityAsync("Reserve");
        await Task.WhenAll(context.CallActivityAsync("Ship"), context.CallActivityAsync("Bill"));
        await context.WaitForExternalEvent<int>("go");
    };

    public static TheoryData<string, string, string> Changes => new()
    {
        { "renamed activity", "activity 'Reserve' (#0)", "activity 'Book' (#0)" },
        { "swapped order", "activity 'Ship' (#1)", "activity 'Bill' (#1)" },
        { "missing at the end", "activity 'Bill' (#2)", "nothing" },
        { "missing in the middle", "activity 'Ship' (#1)", "activity 'Bill' (#1)" },
        { "extra at the end", "nothing", "a timer (#3)" },
        { "extra at the start", "activity 'Reserve' (#0)", "a timer (#0)" },
        { "timer instead", "activity 'Reserve' (#0)", "a timer (#0)" },
        { "child instead", "activity 'Reserve' (#0)", "sub-orchestration 'Reserve' with id 'c' (#0)" },
        { "event sent instead", "activity 'Reserve' (#0)", "event 'Reserve' sent to 'x' (#0)" },
        { "ends at once", "activity 'Reserve' (#0)", "nothing" },
        { "throws at once", "activity 'Reserve' (#0)", "nothing" },
    };

    private static Dictionary<string, Func<TaskOrchestrationContext, Task>> Changed { get; } = new()
    {
        ["renamed activity"] = static async context => await context.CallActivityAsync("Book"),
        ["swapped order"] = static async context =>
        {
            await context.CallActivityAsync("Reserve");
            await Task.WhenAll(context.CallActivityAsync("Bill"), context.CallActivityAsync("Ship"));
        },
        ["missing at the end"] = static async context =>
        {
            await context.CallActivityAsync("Reserve");
            await context.CallActivityAsync("Ship");
        },
        ["missing in the middle"] = static async context =>
        {
            await context.CallActivityAsync("Reserve");
            await context.CallActivityAsync("Bill");
        },
        ["extra at the end"] = static async context =>
        {
            await context.CallActivityAsync("Reserve");
            await Task.WhenAll(
                context.CallActivityAsync("Ship"), context.CallActivityAsync("Bill"),
                context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None));
        },
        ["extra at the start"] = static async context =>
        {
            var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            await context.CallActivityAsync("Reserve");
            await timer;
        },
        ["timer instead"] = static async context => await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None),
        ["child instead"] = static async context => await context.CallSubOrchestratorAsync("Reserve", new SubOrchestrationOptions(instanceId: "c")),
        ["event sent instead"] = static async context =>
        {
            context.SendEvent("x", "Reserve", 1);
            await context.WaitForExternalEvent<int>("go");
        },
        ["ends at once"] = static _ => Task.CompletedTask,
        ["throws at once"] = static _ => throw new MyEx("new bug"),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Changed_code_fails_the_instance_in_its_next_turn(string change, string then, string now)
    {
        var (identity, turns) = Record(Original);
        var log = new ListLoggerFactory();
        var session = new OrchestrationSession(identity, Executor(Changed[change]), DelegateExecutor.Converter, log);

        session.Replay(turns);
        var result = session.RunTurn(turns.Max(Time), [new EventRaised(turns.Max(Time), "go", "1")]);

        var failure = Assert.IsType<OrchestrationEnding.Failed>(result.Ending).Failure;
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.StartsWith(
            $"Non-Deterministic workflow detected: the history has {then} where the code now asks for {now}.",
            failure.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Record.Events, static e => e is CommandEvent);
        Assert.IsType<ExecutionCompleted>(result.Record.Events[^1]);
        Assert.Contains(log.Entries, static entry => entry.Id.Id == 2002);
    }

    [Fact]
    public void Code_that_ends_earlier_than_it_did_is_detected()
    {
        var (identity, turns) = Record(static async context => await context.WaitForExternalEvent<int>("go"));
        var session = NewSession(identity, static _ => Task.CompletedTask);

        session.Replay(turns);

        var failure = Assert.IsType<OrchestrationEnding.Failed>(session.RunTurn(turns.Max(Time), []).Ending).Failure;
        Assert.Contains("now ends (Completed) where the history goes on", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", "c1", "x", "sub-orchestration 'Child' with id 'c1' (#0)", "sub-orchestration 'other' with id 'c1' (#0)")]
    [InlineData("Child", "c2", "x", "sub-orchestration 'Child' with id 'c1' (#0)", "sub-orchestration 'Child' with id 'c2' (#0)")]
    [InlineData("Child", "c1", "y", "event 'e' sent to 'x' (#1)", "event 'e' sent to 'y' (#1)")]
    public void Another_child_or_another_receiver_is_detected(string name, string id, string receiver, string then, string now)
    {
        var (identity, turns) = Record(context => CallAndSend(context, "Child", "c1", "x"));
        var session = NewSession(identity, context => CallAndSend(context, name, id, receiver));

        session.Replay(turns);

        var failure = Assert.IsType<OrchestrationEnding.Failed>(session.RunTurn(turns.Max(Time), []).Ending).Failure;
        Assert.Contains($"the history has {then} where the code now asks for {now}", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timer_that_is_no_longer_cancelled_is_detected()
    {
        var (identity, turns) = Record(context => CancelOrNot(context, cancel: true));
        var session = NewSession(identity, context => CancelOrNot(context, cancel: false));

        session.Replay(turns);

        var failure = Assert.IsType<OrchestrationEnding.Failed>(session.RunTurn(turns.Max(Time), []).Ending).Failure;
        Assert.Contains("the cancellation of a timer (#0) where the code now asks for nothing", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void An_orchestrator_that_was_removed_fails_by_name()
    {
        var (identity, turns) = Record(Original);
        var session = new OrchestrationSession(
            identity, new DelegateExecutor(), DelegateExecutor.Converter, NullLoggerFactory.Instance);

        session.Replay(turns);

        var failure = Assert.IsType<OrchestrationEnding.Failed>(session.RunTurn(turns.Max(Time), []).Ending).Failure;
        Assert.StartsWith("The function 'Main' doesn't exist", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_may_change_their_case()
    {
        var (identity, turns) = Record(static async context =>
        {
            await context.CallActivityAsync("reserve");
            await context.WaitForExternalEvent<int>("go");
        });
        var session = NewSession(identity, static async context =>
        {
            await context.CallActivityAsync("RESERVE");
            await context.WaitForExternalEvent<int>("Go");
        });

        session.Replay(turns);

        var result = session.RunTurn(turns.Max(Time), [new EventRaised(turns.Max(Time), "go", "1")]);
        Assert.IsType<OrchestrationEnding.Completed>(result.Ending);
    }

    private static async Task CallAndSend(TaskOrchestrationContext context, string name, string id, string receiver)
    {
        var child = context.CallSubOrchestratorAsync(name, new SubOrchestrationOptions(instanceId: id));
        context.SendEvent(receiver, "e", 1);
        await context.WaitForExternalEvent<int>("go");
        await child;
    }

    private static async Task CancelOrNot(TaskOrchestrationContext context, bool cancel)
    {
        using var source = new CancellationTokenSource();
        _ = context.CreateTimer(TimeSpan.FromDays(1), source.Token);
        if (cancel)
        {
            source.Cancel();
        }

        await context.WaitForExternalEvent<int>("go");
    }

    private static DateTime Time(TurnRecord turn) => turn.Events[0].Timestamp;

    private static DelegateExecutor Executor(Func<TaskOrchestrationContext, Task> code) => new DelegateExecutor()
        .Activity("Reserve", static _ => null).Activity("Ship", static _ => null).Activity("Bill", static _ => null)
        .Orchestrator("Child", static _ => Task.CompletedTask)
        .Orchestrator("Main", code);

    private static OrchestrationSession NewSession(OrchestrationIdentity identity, Func<TaskOrchestrationContext, Task> code) =>
        new(identity, Executor(code), DelegateExecutor.Converter, NullLoggerFactory.Instance);

    private static (OrchestrationIdentity Identity, IReadOnlyList<TurnRecord> Turns) Record(Func<TaskOrchestrationContext, Task> code)
    {
        var simulation = new Simulation(Executor(code));
        var instance = simulation.Start("Main");
        simulation.RunReady();
        Assert.Null(instance.Ending);
        return (instance.Identity, instance.Turns);
    }
}
