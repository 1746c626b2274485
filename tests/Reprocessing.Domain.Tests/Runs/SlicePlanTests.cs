namespace Reprocessing.Domain.Tests.Runs;

public sealed class SlicePlanTests
{
    [Theory]
    [InlineData(2_500, 5_000, new[] { 1_000, 1_000, 500 }, StopReason.Drained)]
    [InlineData(100, 100, new[] { 100 }, StopReason.CapReached)]
    [InlineData(2_000, 5_000, new[] { 1_000, 1_000, 0 }, StopReason.Drained)]
    [InlineData(3_000, 1_500, new[] { 1_000, 500 }, StopReason.CapReached)]
    [InlineData(0, 100, new[] { 0 }, StopReason.Drained)]
    [InlineData(99, 100, new[] { 99 }, StopReason.Drained)]
    public void Run_takes_these_slices(int due, int cap, int[] slices, StopReason reason)
    {
        var (taken, end) = Walk(due, cap);

        Assert.Equal(slices, taken);
        Assert.Equal(reason, end);
    }

    [Fact]
    public void Run_finds_all_that_is_due_up_to_its_cap() =>
        Prop.ForAll(Gen.Choose(0, 7_000).ToArbitrary(), Gen.Choose(1, 7_000).ToArbitrary(), (due, cap) =>
        {
            var taken = Walk(due, cap).Taken;
            return taken.Sum() == Math.Min(due, cap) && taken.All(size => size <= SliceSizes.Slice);
        }).QuickCheckThrowOnFailure();

    private static (List<int> Taken, StopReason End) Walk(int due, int cap)
    {
        List<int> taken = [];
        var found = 0;
        while (true)
        {
            var size = SlicePlan.Size(cap, found, SliceSizes.Slice);
            var got = Math.Min(size, due - found);
            taken.Add(got);
            found += got;
            if (SlicePlan.End(size, got, found, cap) is { } reason)
            {
                return (taken, reason);
            }
        }
    }
}
