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

    [Fact]
    public void A_filter_that_takes_too_much_work_on_one_item_is_stopped()
    {
        var wide = $"{{\"a\":[{string.Join(',', Enumerable.Repeat("[1,1,1,1,1,1,1,1]", 20_000))}]}}";
        var filter = Parse(string.Join(" OR ", Enumerable.Range(0, 40).Select(number => $"$..a[*][*] = {number + 2}"))).At(Now);

        var fault = Assert.Throws<FilterCostException>(() => filter.Matches(Bare, wide));

        Assert.Equal($"The filter takes more than {FilterLimits.StepsAnItem} steps on one item.", fault.Message);
        Assert.False(Parse("$..a[*][*] = 2").At(Now).Matches(Bare, wide));
    }

    [Theory]
    [InlineData("$.long CONTAINS 'b' AND $.many IS NULL")]
    [InlineData("$.many[*] IN (2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21)")]
    [InlineData("$.wide.none = 1")]
    public void Long_texts_lists_of_values_and_many_members_cost_what_they_take(string term)
    {
        var payload = $"{{\"long\":\"{new string('a', 300_000)}\",\"many\":[{string.Join(',', Enumerable.Repeat("1", 1_000))}],"
            + $"\"wide\":{{{string.Join(',', Enumerable.Range(0, 20_000).Select(number => $"\"m{number}\":1"))}}}}}";
        var filter = Parse(string.Join(" OR ", Enumerable.Repeat(term, Math.Min(FilterLimits.Terms, FilterLimits.Length / (term.Length + 30))))).At(Now);

        var fault = Record.Exception(() =>
        {
            for (var item = 0; item < 1_000; item++)
            {
                Assert.False(filter.Matches(Bare, payload));
            }
        });

        Assert.Equal($"The filter takes more than {FilterLimits.StepsAScan} steps on all items together.", Assert.IsType<FilterCostException>(fault).Message);
        Assert.Throws<FilterCostException>(() => filter.Matches(Bare, payload));
    }

    [Fact]
    public void An_evaluation_is_cancelled_in_the_middle_of_an_item()
    {
        using var cancelled = new CancellationTokenSource();
        var filter = Parse("$.a[*] = 2").At(Now);
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => filter.Matches(Bare, "{\"a\":[1,1,1]}", cancelled.Token));
    }

    private static SampleItem Bare { get; } = new(new Dictionary<FilterField, object>(), null);

    private static void AssertLimit(int column, string text)
    {
        var error = Fault(text);
        Assert.Equal((FilterErrorKind.Limit, column), (error.Kind, error.Column));
    }
}
