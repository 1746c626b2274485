namespace Reprocessing.Functions.Tests.Jobs;

public sealed class ProgressTests
{
    [Theory]
    [InlineData(null, 100.0, 1.0)]
    [InlineData(50.0, 50.0, 2.0)]
    [InlineData(200.0, 100.0, 1.0)]
    public void The_rate_is_the_average_and_never_above_the_pace_and_what_is_left_takes_as_long_as_it_says(double? pace, double rate, double left)
    {
        var progress = Progress.Of(100, 200, Backlog.Start, Backlog.Start.AddSeconds(1), new Pace(ItemsPerSecond: pace));

        Assert.Equal((200, 50.0, rate, left), (progress.Total, progress.Percent, progress.RatePerSecond, progress.EtaSeconds));
    }

    [Fact]
    public void A_run_tells_no_rate_above_its_pace_either()
    {
        var run = Backlog.Plan(100, expected: 200) with { Control = new(1, DesiredState.Run, new Pace(ItemsPerSecond: 50)) };

        var status = RunStatus.Of(run, JobPhase.Running, new ReprocessingResult(Backlog.Start) { FoundCount = 100 }, Backlog.Start.AddSeconds(1));

        Assert.Equal((50.0, 2.0), (status.RatePerSecond, status.EtaSeconds));
    }
}
