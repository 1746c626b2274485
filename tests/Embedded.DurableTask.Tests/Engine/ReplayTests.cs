using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>What was recorded is what the code asks again, from whichever turn on it is asked.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Scenarios => Scenario.Names;

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_prefix_of_a_recorded_run_asks_what_was_recorded_next(string name)
    {
        var scenario = Scenario.Of(name);
        foreach (var (identity, turns) in Histories.Of(scenario.Run()))
        {
            for (var length = 0; length < turns.Count; length++)
            {
                var session = new OrchestrationSession(
                    identity, scenario.Executor(), DelegateExecutor.Converter, NullLoggerFactory.Instance);
                session.Replay([.. turns.Take(length)]);

                var recorded = TurnParts.Of(turns[length]);
                var next = session.RunTurn(recorded.NowUtc, recorded.Arrived);

                Assert.Equal(Histories.Text(turns[length]), Histories.Text(next.Record));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Verify_accepts_every_recorded_run(string name)
    {
        var scenario = Scenario.Of(name);
        var histories = Histories.Of(scenario.Run()).ToList();

        Assert.NotEmpty(histories);
        Assert.All(histories, history => HistoryReplay.Verify(history.Identity, history.Turns, scenario.Executor()));
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Forgetting_the_session_before_every_turn_changes_no_byte_of_the_histories(string name)
    {
        var scenario = Scenario.Of(name);

        var cached = Histories.Of(scenario.Run()).SelectMany(static h => h.Turns).Select(Histories.Text);
        var replayed = Histories.Of(scenario.Run(new Weather { DropsSession = static () => true }))
            .SelectMany(static h => h.Turns).Select(Histories.Text);

        Assert.Equal(cached, replayed);
    }

    [Fact]
    public void Verify_tells_the_turn_whose_input_is_another_today()
    {
        var recorded = new Simulation(Calling("one")).Run("Main");

        var mismatch = Assert.Throws<HistoryMismatchException>(
            () => HistoryReplay.Verify(recorded.Identity, recorded.Turns, Calling("two")));

        Assert.StartsWith("Turn 0 of 'Main' (inst)", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("one", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("two", mismatch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_tells_another_ending()
    {
        var recorded = new Simulation(new DelegateExecutor().Orchestrator("Main", static _ => Task.FromResult(1))).Run("Main");

        Assert.Throws<HistoryMismatchException>(() => HistoryReplay.Verify(
            recorded.Identity, recorded.Turns, new DelegateExecutor().Orchestrator("Main", static _ => Task.FromResult(2))));
    }

    [Fact]
    public void A_replayed_session_says_so_and_logs_nothing_twice()
    {
        var log = new ListLoggerFactory();
        var executor = new DelegateExecutor()
            .Activity("A", static _ => null)
            .Orchestrator("Main", static async context =>
            {
                var logger = context.CreateReplaySafeLogger("test");
                logger.LogLine($"before {context.IsReplaying}");
                await context.CallActivityAsync("A");
                logger.LogLine($"after {context.IsReplaying}");
            });

        var simulation = new Simulation(executor, new Weather { DropsSession = static () => true }, log);
        simulation.Run("Main");

        Assert.Equal(["before False", "after False"], log.Lines);
    }

    [Fact]
    public void Replaying_shows_in_IsReplaying()
    {
        var seen = new List<bool>();
        var executor = new DelegateExecutor()
            .Activity("A", static _ => null)
            .Orchestrator("Main", async context =>
            {
                seen.Add(context.IsReplaying);
                await context.CallActivityAsync("A");
                seen.Add(context.IsReplaying);
            });

        new Simulation(executor, new Weather { DropsSession = static () => true }).Run("Main");

        Assert.Equal([false, true, false], seen);
    }

    [Fact]
    public void A_history_that_has_ended_takes_no_more_turns()
    {
        var recorded = new Simulation(ProbeOrchestrations.Executor()).Run("NullOut");
        var session = new OrchestrationSession(
            recorded.Identity, ProbeOrchestrations.Executor(), DelegateExecutor.Converter, NullLoggerFactory.Instance);
        session.Replay(recorded.Turns);

        Assert.Throws<InvalidOperationException>(() => session.RunTurn(DateTime.UnixEpoch, []));
    }

    [Fact]
    public void A_history_of_a_newer_engine_is_refused()
    {
        var session = NewSession();
        var started = new ExecutionStarted(DateTime.UnixEpoch, "NullOut", EngineVersion: EngineVersions.Current + 1);

        var refusal = Assert.Throws<HistoryFormatException>(
            () => session.Replay([new TurnRecord([new OrchestratorStarted(DateTime.UnixEpoch), started])]));

        Assert.Contains($"engine version {EngineVersions.Current + 1}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_out_of_place_in_a_turn_are_refused()
    {
        var now = DateTime.UnixEpoch;
        var misplaced = new TurnRecord([new OrchestratorStarted(now), new TimerCreated(now, 0, now), new TimerFired(now, 0, now)]);

        Assert.Throws<HistoryFormatException>(() => NewSession().Replay([misplaced]));
        Assert.Throws<HistoryFormatException>(() => NewSession().Replay([new TurnRecord([])]));
    }

    [Fact]
    public void Commands_cannot_arrive()
    {
        Assert.Throws<ArgumentException>(
            () => NewSession().RunTurn(DateTime.UnixEpoch, [new TimerCreated(DateTime.UnixEpoch, 0, DateTime.UnixEpoch)]));
    }

    private static OrchestrationSession NewSession() => new(
        new OrchestrationIdentity("NullOut", "inst"), ProbeOrchestrations.Executor(), DelegateExecutor.Converter,
        NullLoggerFactory.Instance);

    private static DelegateExecutor Calling(string input) => new DelegateExecutor()
        .Activity("A", static _ => null)
        .Orchestrator("Main", context => context.CallActivityAsync("A", input));
}
