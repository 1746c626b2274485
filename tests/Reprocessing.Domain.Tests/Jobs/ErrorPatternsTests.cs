namespace Reprocessing.Domain.Tests.Jobs;

public sealed class ErrorPatternsTests
{
    [Fact]
    public void What_failed_in_the_same_way_is_one_pattern_in_the_words_of_the_first()
    {
        var patterns = new ErrorPatterns();
        patterns.Add(ItemReasons.RetriesExhausted, "f1", "no picker at 10:00");
        patterns.Add(ItemReasons.RetriesExhausted, "f1", "no picker at 11:00");
        patterns.Add(ItemReasons.RetriesExhausted, "f2", "no picker at 10:00");
        patterns.Add(ItemReasons.RetriesExhausted, "f3", " ");
        patterns.Add(null);

        Assert.Equal(
            new Dictionary<string, int> { ["no picker at 10:00"] = 3, ["processing failed"] = 1, ["retries exhausted"] = 1 },
            patterns.Top(10));
        Assert.Equal(["no picker at 10:00", "processing failed"], patterns.Top(2).Keys);
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
