using Embedded.DurableTask.Engine;
using FsCheck;
using FsCheck.Fluent;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>
/// Random programs in random weather. The weather is a list of numbers, so that a failing case shrinks to the fewest decisions.
/// </summary>
public sealed class PropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(150);

    [Fact]
    public void Order_gathering_redelivery_and_lost_sessions_change_no_answer_of_a_batch()
    {
        var calm = Scenario.Of("Batch").Run();
        Check.One(Thorough, Prop.ForAll(Decisions(), decisions =>
        {
            var stormy = Scenario.Of("Batch").Run(new Dice(decisions).Weather(dropsSessions: true));
            return stormy["inst"].Output == calm["inst"].Output
                && stormy["inst"].CustomStatus == calm["inst"].CustomStatus
                && stormy["inst"].Generations.Count == calm["inst"].Generations.Count;
        }));
    }

    [Fact]
    public void A_program_without_races_answers_alike_in_any_weather()
    {
        Check.One(Thorough, Prop.ForAll(RandomProgram.Arbitrary(races: false), Decisions(), (program, decisions) =>
        {
            var calm = Run(program, new Weather());
            var stormy = Run(program, new Dice(decisions).Weather(dropsSessions: true));
            return calm["inst"].Output == stormy["inst"].Output;
        }));
    }

    [Fact]
    public void A_cached_session_and_a_replayed_one_write_the_same_history()
    {
        Check.One(Thorough, Prop.ForAll(RandomProgram.Arbitrary(races: true), Decisions(), (program, decisions) =>
        {
            var cached = Run(program, new Dice(decisions).Weather(dropsSessions: false));
            var replayed = Run(program, new Dice(decisions).Weather(dropsSessions: false) with { DropsSession = static () => true });
            return Texts(cached).SequenceEqual(Texts(replayed));
        }));
    }

    [Fact]
    public void Every_history_of_a_random_program_verifies()
    {
        Check.One(Thorough, Prop.ForAll(RandomProgram.Arbitrary(races: true), Decisions(), (program, decisions) =>
        {
            foreach (var (identity, turns) in Histories.Of(Run(program, new Dice(decisions).Weather(dropsSessions: false))))
            {
                HistoryReplay.Verify(identity, turns, RandomProgram.Executor(program));
            }
        }));
    }

    private static Arbitrary<int[]> Decisions() => ArbMap.Default.ArbFor<int[]>();

    private static Simulation Run(RandomProgram program, Weather weather)
    {
        var simulation = new Simulation(RandomProgram.Executor(program), weather);
        simulation.Run("Main");
        Assert.IsType<OrchestrationEnding.Completed>(simulation["inst"].Ending);
        return simulation;
    }

    private static IEnumerable<string> Texts(Simulation simulation) =>
        Histories.Of(simulation).SelectMany(static history => history.Turns).Select(Histories.Text);
}
