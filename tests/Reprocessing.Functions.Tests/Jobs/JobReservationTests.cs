namespace Reprocessing.Functions.Tests.Jobs;

/// <summary>A job that has ended holds nothing, whatever it had reserved and when it was stopped.</summary>
public sealed class JobReservationTests
{
    private static readonly ItemRef[] Items = [new("A", "1"), new("B", "1"), new("C", "1")];

    [Fact]
    public void What_a_generation_reserved_and_did_not_begin_is_let_go_of_by_the_next_one_when_the_job_stops()
    {
        var first = new JobStateMachine(new FakeJob(3).Input(), FakeJob.Start);
        first.WantsSlice();
        first.Enqueue(new(3, [new(Items)], "cursor"), FakeJob.Start);
        first.Close();
        Assert.Empty(first.DequeueChunk(FakeJob.Start));

        var second = new JobStateMachine(first.Next(), FakeJob.Start);
        second.ApplyControl(new(2, DesiredState.Cancel, new Pace()), FakeJob.Start);

        Assert.False(second.IsOver);
        var (cause, given) = second.DequeueAbandoned();
        Assert.Equal(AbandonReason.NotStarted, cause);
        Assert.Equal(Items, given);
        second.ApplyAbandoned(given, [.. given.Select(_ => ItemState.Pending)], FakeJob.Start);
        Assert.True(second.IsOver);
    }

    [Fact]
    public void What_the_next_generation_selects_again_is_reserved_once()
    {
        var first = new JobStateMachine(new FakeJob(3).Input(), FakeJob.Start);
        first.WantsSlice();
        first.Enqueue(new(3, [new(Items)], "cursor"), FakeJob.Start);
        first.Close();

        var second = new JobStateMachine(first.Next(), FakeJob.Start);
        second.WantsSlice();
        second.Enqueue(new(3, [new(Items)], "cursor"), FakeJob.Start);
        second.ApplyControl(new(2, DesiredState.Cancel, new Pace()), FakeJob.Start);

        Assert.Equal(Items, second.DequeueAbandoned().Items);
    }
}
