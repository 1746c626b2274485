using static Reprocessing.Domain.Tests.Filters.SampleFields;

namespace Reprocessing.Domain.Tests.Filters;

public sealed class FilterPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(60);

    [Fact]
    public void What_is_printed_reads_as_the_same_filter() => Check(
        from node in FilterGen.Nodes select new FilterExpression(node),
        expression =>
        {
            var parse = FilterExpression.Parse(expression.ToString(), Catalog);

            Assert.True(parse.Expression == expression, $"{expression} was read as {parse.Expression}{parse.Error}");
            Assert.Equal(expression.ToString(), parse.Expression!.ToString());
        });

    [Fact]
    public void Evaluation_agrees_with_the_oracle() => Check(
        from node in FilterGen.Nodes from item in FilterGen.Items select (node, item),
        sample =>
        {
            var expression = new FilterExpression(sample.node);

            Assert.True(
                Oracle.Holds(sample.node, sample.item, Now) == expression.At(Now).Matches(sample.item, sample.item.Payload),
                $"{expression} on {sample.item}");
        });

    [Fact]
    public void What_is_decided_without_the_payload_holds_with_any() => Check(
        from node in FilterGen.Nodes from item in FilterGen.Items from other in FilterGen.Items select (node, item, other),
        sample =>
        {
            var filter = new FilterExpression(sample.node).At(Now);
            var early = filter.EvaluateWithoutPayload(sample.item);

            Assert.True(filter.NeedsPayload || early is not null);
            if (early is { } decided)
            {
                Assert.Equal(decided, filter.Matches(sample.item, sample.item.Payload));
                Assert.Equal(decided, filter.Matches(sample.item, sample.other.Payload));
            }
        });

    [Fact]
    public void Pushing_down_never_loses_a_match() => Check(
        from node in FilterGen.Nodes from item in FilterGen.Items from seed in Gen.Choose(0, 127) select (node, item, seed),
        sample =>
        {
            var filter = new FilterExpression(sample.node).At(Now);
            var terms = FilterPushdown.Of(filter, field => (sample.seed >> Catalog.Fields.ToList().IndexOf(field) & 1) == 1);

            if (filter.Matches(sample.item, sample.item.Payload))
            {
                Assert.All(terms, term => Assert.True(Storage.LetsThrough(term, sample.item), $"{filter.Root} lost {sample.item} by {term}"));
            }
        });

    private static void Check<T>(Gen<T> samples, Action<T> holds) => Prop.ForAll(samples.ToArbitrary(), holds).Check(Many);

    /// <summary>A store that compares exactly and gives nothing that lacks the column.</summary>
    private static class Storage
    {
        public static bool LetsThrough(PushedTerm term, SampleItem item) =>
            item.Values.TryGetValue(term.Field, out var stored) && term.Values.Any(value => (term.Operator, Math.Sign(Order(stored, value))) switch
            {
                (FilterOperator.Equal, 0) => true,
                (FilterOperator.NotEqual, not 0) => true,
                (FilterOperator.Less, < 0) => true,
                (FilterOperator.LessOrEqual, <= 0) => true,
                (FilterOperator.Greater, > 0) => true,
                (FilterOperator.GreaterOrEqual, >= 0) => true,
                _ => false,
            });

        private static int Order(object stored, FilterValue value) => value switch
        {
            FilterValue.Text text => string.CompareOrdinal((string)stored, text.Content),
            FilterValue.Number number => ((decimal)stored).CompareTo(number.Amount),
            FilterValue.Time time => ((DateTimeOffset)stored).CompareTo(time.At),
            FilterValue.Duration duration => ((TimeSpan)stored).CompareTo(duration.Length),
            _ => throw new InvalidOperationException($"{value} was pushed down."),
        };
    }
}
