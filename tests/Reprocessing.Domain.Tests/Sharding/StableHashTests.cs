using System.Globalization;
using Reprocessing.Domain.Sharding;

namespace Reprocessing.Domain.Tests.Sharding;

public sealed class StableHashTests
{
    [Theory]
    [InlineData("", "f52a15e9a9b5e89b")]
    [InlineData("ORD-000001", "c589686b70317949")]
    [InlineData("注文-🚚", "5cf7bd1d8b05ea27")]
    public void Hash_is_frozen(string text, string expected) =>
        Assert.Equal(expected, StableHash.Of(text).ToString("x", CultureInfo.InvariantCulture));

    [Fact]
    public void Consecutive_ids_spread_evenly_over_sixteen_shards()
    {
        var counts = Enumerable.Range(0, 16_000)
            .CountBy(number => StableHash.Of(string.Create(CultureInfo.InvariantCulture, $"ORD-{number:D6}")) % 16)
            .Select(pair => pair.Value)
            .ToList();

        Assert.Equal(16, counts.Count);
        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void Fraction_is_at_least_0_and_below_1() =>
        Prop.ForAll<NonNull<string>>(text => StableHash.Fraction(text.Get) is >= 0 and < 1).QuickCheckThrowOnFailure();
}
