namespace Reprocessing.Domain.Tests.Orders;

public sealed class WorkflowIdsTests
{
    [Theory]
    [InlineData("ORD-1", 0, 0, "order-fulfillment-ORD-1")]
    [InlineData("ORD-1", 0, 3, "order-fulfillment-ORD-1-retry-3")]
    [InlineData("ORD-1", 2, 0, "order-fulfillment-ORD-1-g2")]
    [InlineData("ORD-1", 2, 3, "order-fulfillment-ORD-1-g2-retry-3")]
    [InlineData("a retry-1 b", 0, 0, "order-fulfillment-a retry-1 b")]
    public void Short_ids_stand_as_they_are(string orderId, int generation, int retry, string expected) =>
        Assert.Equal(expected, WorkflowIds.For(orderId, generation, retry));

    [Theory]
    [InlineData("A-retry-1")]
    [InlineData("A-g2")]
    [InlineData("A~0123456789abcdef")]
    public void Id_that_ends_like_a_suffix_is_told_apart(string orderId) =>
        Assert.Matches("^order-fulfillment-" + orderId + "~[0-9a-f]{16}$", WorkflowIds.For(orderId, 0, 0));

    [Fact]
    public void Long_id_is_cut_and_carries_its_hash()
    {
        var one = WorkflowIds.For(new string('x', 255) + "1", 0, 7);
        var other = WorkflowIds.For(new string('x', 255) + "2", 0, 7);

        Assert.Matches("^order-fulfillment-x{192}~[0-9a-f]{16}-retry-7$", one);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Ids_fit_into_256_characters_and_are_never_shared()
    {
        // Small alphabet and our own suffixes, so that collisions would be found if there were any.
        var part = Gen.Elements("A", "B", "-retry-1", "-retry-12", "-g1", "-g1-retry-1", "~0123456789abcdef", "x", new string('y', 100));
        var id = part.NonEmptyListOf().Select(parts => string.Concat(parts)).Where(text => Identifiers.Problem(text) is null);
        var key = id.SelectMany(text => Gen.Choose(0, 2).SelectMany(generation => Gen.Choose(0, 12).Select(retry => (text, generation, retry))));

        Prop.ForAll(key.ListOf(50).ToArbitrary(), keys =>
        {
            var distinct = keys.Distinct().ToList();
            var ids = distinct.Select(one => WorkflowIds.For(one.text, one.generation, one.retry)).ToList();
            return ids.Distinct().Count() == distinct.Count && ids.All(one => one.Length <= 256);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Largest_numbers_still_fit() =>
        Assert.True(WorkflowIds.For(new string('x', 256), int.MaxValue, int.MaxValue).Length <= 256);
}
