namespace Reprocessing.Functions.Tests.Jobs;

/// <summary>However and at whatever moment of its life a job ends: afterwards it holds nothing, and nothing of it is half done.</summary>
public sealed class JobEndTests
{
    public enum End
    {
        Cancel,
        PauseResumeCancel,
        Breaker,
        Deadlines,
        NoSelection,
        NoCalls,
        Terminate,
    }

    public enum Course
    {
        Starts,
        Waits,
        Ramps,
    }

    public static IEnumerable<object[]> Ends => Enum.GetValues<End>().SelectMany(_ => Enum.GetValues<Course>(), (end, course) => new object[] { end, course });

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_job_that_has_ended_holds_nothing(End end, Course course)
    {
        for (var moment = 0.05; moment < 12; moment += 0.35)
        {
            var job = new FakeJob(60) { WorkTime = TimeSpan.FromSeconds(1) };
            var result = await RunAsync(job, end, course, moment);

            Assert.True(!job.Held.Any(), $"Ended by {end} at {moment} s it holds {string.Join(", ", job.Held)}.");
            Assert.True(result?.IsBalanced != false);
            Assert.All(job.Engine.Histories, events => Assert.InRange(events, 0, 1_000));
        }
    }

    private static async Task<ReprocessingResult?> RunAsync(FakeJob job, End end, Course course, double moment)
    {
        switch (end)
        {
            case End.Cancel:
                job.Operate(moment, DesiredState.Cancel);
                break;
            case End.PauseResumeCancel:
                job.Operate(moment, DesiredState.Pause);
                job.Operate(moment + 1, DesiredState.Run);
                job.Operate(moment + 1.15, DesiredState.Cancel);
                break;
            case End.Breaker:
                job.Outcome = (_, _) => IsBefore() ? ItemState.Succeeded : ItemState.Failed;
                break;
            case End.Deadlines:
                job.Engine.At(TimeSpan.FromSeconds(moment), () => job.WorkTime = TimeSpan.FromHours(1));
                break;
            case End.NoSelection:
                job.SelectFails = _ => !IsBefore();
                break;
            case End.NoCalls:
                job.CallFails = _ => !IsBefore();
                break;
            default:
                job.Engine.TerminateAt(TimeSpan.FromSeconds(moment));
                break;
        }

        if (end != End.Terminate)
        {
            // A ramp that pauses by itself is ended by somebody.
            job.Operate(3_600, DesiredState.Cancel);
        }

        try
        {
            return await job.RunAsync(job.Input(new Pace(5, course == Course.Starts ? 5 : null)) with
            {
                WaitForOutcome = course == Course.Waits,
                Ramp = course == Course.Ramps ? new([1, 5, 20], 0.3) : RampPlan.None,
                Attempts = new(2, TimeSpan.FromSeconds(20), new RetrySettings { Strategy = "fixed", BaseDelay = TimeSpan.FromSeconds(2) }),
            });
        }
        catch (JobFailedException)
        {
            return null;
        }
        finally
        {
            if (job.Engine.IsTerminated)
            {
                await job.ReleaseAsync();
                job.Engine.Drain();
            }
        }

        bool IsBefore() => job.Elapsed.TotalSeconds < moment;
    }
}
