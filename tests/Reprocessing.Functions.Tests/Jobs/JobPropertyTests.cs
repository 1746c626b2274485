using FsCheck;
using FsCheck.Fluent;

namespace Reprocessing.Functions.Tests.Jobs;

/// <summary>Whatever operators and failures do to a job, and in whatever order: its counts are what became of its items.</summary>
public sealed class JobPropertyTests
{
    private sealed record Command(int Seconds, int Kind, int Parallelism, int Rate, bool IsHeard);

    private sealed record Story(int Items, int Parallelism, int Rate, bool Waits, bool Ramps, int FailureShare, int LostCalls, IReadOnlyList<Command> Acts);

    private static readonly Gen<Command> Acts =
        from seconds in Gen.Choose(0, 40)
        from kind in Gen.Choose(0, 9)
        from parallelism in Gen.Choose(1, 12)
        from rate in Gen.Choose(0, 60)
        from heard in Gen.Elements(true, false)
        select new Command(seconds, kind, parallelism, rate, heard);

    private static readonly Gen<Story> Stories =
        from items in Gen.Choose(0, 400)
        from parallelism in Gen.Choose(1, 12)
        from rate in Gen.Choose(0, 60)
        from waits in Gen.Elements(true, false)
        from ramps in Gen.Elements(true, false)
        from failures in Gen.Choose(0, 40)
        from lost in Gen.Choose(0, 30)
        from acts in Acts.ListOf()
        select new Story(items, parallelism, rate, waits, ramps, failures, lost, acts);

    [Fact]
    public void Counts_are_the_sum_of_what_became_of_the_items_and_none_is_begun_twice_at_once() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(120),
            Prop.ForAll(Stories.ToArbitrary(), story => PlayAsync(story).GetAwaiter().GetResult()));

    private static async Task PlayAsync(Story story)
    {
        var job = new FakeJob(story.Items)
        {
            WorkTime = TimeSpan.FromSeconds(2),
            Outcome = (id, attempt) => Chance($"{id}#{attempt}") < story.FailureShare ? ItemState.Failed
                : Chance($"{id}+") < 5 ? ItemState.Skipped : ItemState.Succeeded,
        };
        var lost = 0;
        job.CallFails = call =>
        {
            var fails = Chance($"call {call}") < story.LostCalls;
            lost += fails ? 1 : 0;
            return fails;
        };
        job.PauseFails = call => Chance($"pause {call}") < story.LostCalls;
        foreach (var act in story.Acts)
        {
            var demand = act.Kind switch { 0 => DesiredState.Cancel, < 4 => DesiredState.Pause, _ => DesiredState.Run };
            job.Operate(act.Seconds, demand, new(act.Parallelism, act.Rate == 0 ? null : act.Rate), act.IsHeard);
        }

        // Whoever pauses comes back.
        job.Operate(100, DesiredState.Run);
        for (var minutes = 10; minutes < 200; minutes += 10)
        {
            job.Operate(minutes * 60, DesiredState.Run);
        }

        var result = await job.RunAsync(job.Input(new Pace(story.Parallelism, story.Rate == 0 ? null : story.Rate)) with
        {
            WaitForOutcome = story.Waits,
            Ramp = story.Ramps ? new([1, 5, 20], 0.3) : RampPlan.None,
            Attempts = new(2, TimeSpan.FromSeconds(30), new RetrySettings { Strategy = "fixed", BaseDelay = TimeSpan.FromSeconds(1) }),
        });

        Assert.True(result.IsBalanced);
        Assert.NotNull(result.StopReason);
        Assert.Equal((0, 0), (job.Engine.OpenTimers, job.Engine.LateTimers));
        Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 1_000));
        Assert.InRange(job.Engine.LargestInput, 0, 60_000);
        var unknown = result.FoundCount - job.Rows.Values.Count(state => state is not (ItemState.Pending or ItemState.Running));
        Assert.True(lost > 0 ? unknown >= 0 : unknown == 0, $"{unknown} items have no row; {result}");
        Assert.Equal(job.Count(ItemState.Succeeded), result.RestartedCount);
        Assert.Equal(job.Count(ItemState.Skipped), result.SkippedCount);
        Assert.Equal(job.Count(ItemState.Failed) + unknown, result.ErrorCount);
        if (result.StopReason is StopReason.Drained or StopReason.CapReached)
        {
            Assert.Equal(story.Items, result.FoundCount);
        }
    }

    private static int Chance(string text) => (int)(Reprocessing.Domain.Sharding.StableHash.Fraction(text) * 100);
}
