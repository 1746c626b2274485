namespace Reprocessing.Domain.Tests.Jobs;

public sealed class ErrorPatternsTests
{
    [Fact]
    public void Failures_are_told_in_the_words_of_the_first_of_their_kind_or_by_their_reason()
    {
        var patterns = new ErrorPatterns();
        patterns.Add(ItemReasons.RetriesExhausted, "3f2a", "The shelf of order 1 was empty.");
        patterns.Add(ItemReasons.RetriesExhausted, "3f2a", "The shelf of order 2 was empty.");
        patterns.Add(ItemReasons.TimedOut, "3f2a", "There was no outcome.");
        patterns.Add(null);

        Assert.Equal(
            [("The shelf of order 1 was empty.", 2), ("processing failed", 1), ("timed out", 1)],
            patterns.Top(20).Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void The_twenty_most_frequent_patterns_are_shown_and_the_counts_add_up() =>
        Prop.ForAll(Gen.Choose(0, 40).ListOf().ToArbitrary(), kinds =>
        {
            var patterns = new ErrorPatterns();
            foreach (var kind in kinds)
            {
                patterns.Add($"kind-{kind:D2}");
            }

            var shown = ErrorPatterns.WithOther(patterns.Top(ErrorPatterns.Shown), kinds.Count);
            var least = shown.Where(pair => pair.Key != ErrorPatterns.Other).Select(pair => pair.Value).DefaultIfEmpty(0).Min();
            var hidden = kinds.GroupBy(kind => $"kind-{kind:D2}").Where(group => !shown.ContainsKey(group.Key));
            return shown.Count <= ErrorPatterns.Shown + 1
                && shown.Values.Sum() == kinds.Count
                && hidden.All(group => group.Count() <= least);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Kinds_without_end_are_counted_in_bounded_memory()
    {
        var patterns = new ErrorPatterns();
        for (var kind = 0; kind < 5_000; kind++)
        {
            patterns.Add($"kind-{kind}");
            patterns.Add("frequent");
        }

        var shown = ErrorPatterns.WithOther(patterns.Top(20), failed: 10_000);

        Assert.Equal(5_000, shown["frequent"]);
        Assert.Equal((21, 10_000), (shown.Count, shown.Values.Sum()));
    }

    [Fact]
    public void Kinds_with_the_same_words_are_one_in_the_list_and_one_without_words_is_told_by_its_reason()
    {
        var patterns = new ErrorPatterns();
        patterns.Add(ItemReasons.RetriesExhausted, "f1", "no picker");
        patterns.Add(ItemReasons.RetriesExhausted, "f1", "no picker at 11:00");
        patterns.Add(ItemReasons.RetriesExhausted, "f2", "no picker");
        patterns.Add(ItemReasons.RetriesExhausted, "f3", " ");
        patterns.Add(null);

        Assert.Equal(new Dictionary<string, int> { ["no picker"] = 3, ["processing failed"] = 1, ["retries exhausted"] = 1 }, patterns.Top(10));
        Assert.Equal(["no picker", "processing failed"], patterns.Top(2).Keys);
    }

    [Fact]
    public void Beyond_so_many_patterns_only_those_that_are_known_are_counted()
    {
        var patterns = new ErrorPatterns();
        for (var number = 0; number <= ErrorPatterns.MostCounted; number++)
        {
            patterns.Add($"reason {number}");
        }

        patterns.Add("reason 0");

        var top = patterns.Top(int.MaxValue);
        Assert.Equal((ErrorPatterns.MostCounted, 2), (top.Count, top["reason 0"]));
    }

    [Fact]
    public void What_is_not_shown_is_other_and_nothing_is_where_all_is_shown()
    {
        var shown = new Dictionary<string, int> { ["leased"] = 2, [ErrorPatterns.Other] = 1 };

        Assert.Equal(new Dictionary<string, int> { ["leased"] = 2, [ErrorPatterns.Other] = 5 }, ErrorPatterns.WithOther(shown, 7));
        Assert.Equal(["leased"], ErrorPatterns.WithOther(new Dictionary<string, int> { ["leased"] = 2 }, 2).Keys);
        Assert.Equal(["leased"], ErrorPatterns.WithOther(new Dictionary<string, int> { ["leased"] = 2 }, 1).Keys);
    }
}
