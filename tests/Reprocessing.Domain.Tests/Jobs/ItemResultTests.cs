namespace Reprocessing.Domain.Tests.Jobs;

public sealed class ItemResultTests
{
    [Theory]
    [InlineData(ItemState.Pending, false)]
    [InlineData(ItemState.Running, false)]
    [InlineData(ItemState.Started, true)]
    [InlineData(ItemState.Succeeded, true)]
    [InlineData(ItemState.Failed, true)]
    [InlineData(ItemState.Skipped, true)]
    public void An_item_has_ended_when_it_neither_waits_nor_is_under_way(ItemState state, bool ended) =>
        Assert.Equal(ended, new ItemResult("A", state).HasEnded);

    [Fact]
    public void Each_ended_state_counts_once_and_no_other_does()
    {
        var tally = ItemTally.Of(Enum.GetValues<ItemState>().Select(state => new ItemResult("A", state))).Add(ItemState.Succeeded, 3);

        Assert.Equal(new ItemTally(Found: 8, Succeeded: 4, DeadLettered: 1, Failed: 1, Skipped: 1, Started: 1), tally);
        Assert.Equal(new ItemTally(16, 8, 2, 2, 2, 2), tally.Add(tally));
        Assert.True(tally.IsBalanced);
    }
}
