using System.Diagnostics;
using static Reprocessing.Domain.Tests.Filters.SampleFields;

namespace Reprocessing.Domain.Tests.Filters;

public sealed class LimitTests
{
    [Fact]
    public void A_filter_has_at_most_4000_characters()
    {
        var head = "InstanceId = '";
        Assert.NotNull(Parse(head + new string('x', FilterLimits.Length - head.Length - 1) + "'"));
        AssertLimit(FilterLimits.Length + 1, head + new string('x', FilterLimits.Length - head.Length) + "'");
    }

    [Fact]
    public void The_canonical_form_is_within_the_limit_too() =>
        AssertLimit(FilterLimits.Length + 1, $"id IN ({string.Join(',', Enumerable.Repeat("abcdef", 499))})");

    [Fact]
    public void Parentheses_and_nots_nest_32_deep()
    {
        Assert.NotNull(Parse($"{new string('(', 32)}id = 1{new string(')', 32)}"));
        AssertLimit(33, $"{new string('(', 33)}id = 1{new string(')', 33)}");
        Assert.NotNull(Parse(string.Concat(Enumerable.Repeat("NOT ", 32)) + "id = 1"));
        AssertLimit(129, string.Concat(Enumerable.Repeat("NOT ", 33)) + "id = 1");
    }

    [Fact]
    public void Depth_is_counted_along_one_branch() =>
        Assert.NotNull(Parse(string.Join(" AND ", Enumerable.Repeat("NOT (id = 1)", 100))));

    [Fact]
    public void A_filter_has_at_most_200_comparisons()
    {
        Assert.NotNull(Parse(string.Join(" OR ", Enumerable.Repeat("id = 1", 200))));
        AssertLimit(2001, string.Join(" OR ", Enumerable.Repeat("id = 1", 201)));
    }

    [Fact]
    public void An_in_has_at_most_500_values()
    {
        Assert.NotNull(Parse($"RetryCount IN ({string.Join(',', Enumerable.Repeat("1", 500))})"));
        AssertLimit(1016, $"RetryCount IN ({string.Join(',', Enumerable.Repeat("1", 501))})");
    }

    [Fact]
    public void A_path_has_at_most_32_steps_and_descends_once()
    {
        Assert.NotNull(Parse($"${string.Concat(Enumerable.Repeat(".a", 32))} = 1"));
        AssertLimit(1, $"${string.Concat(Enumerable.Repeat(".a", 33))} = 1");
        AssertLimit(5, "$..a..b = 1");
    }

    [Fact]
    public void No_path_takes_long_on_the_largest_payload()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 14)) + string.Join(',', Enumerable.Repeat("{\"a\":1}", 50_000)) + string.Concat(Enumerable.Repeat("]}", 14));
        var filter = Parse("$..a[*].a = 2 OR $.a[*].*[*].a = 2 OR $..['a'] CONTAINS 'zzz'").At(Now);
        var started = Stopwatch.GetTimestamp();

        Assert.False(filter.Matches(new SampleItem(new Dictionary<FilterField, object>(), null), deep));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60));
    }

    private static void AssertLimit(int column, string text)
    {
        var error = Fault(text);
        Assert.Equal((FilterErrorKind.Limit, column), (error.Kind, error.Column));
    }
}
