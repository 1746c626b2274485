using static Reprocessing.Domain.Tests.Filters.SampleFields;

namespace Reprocessing.Domain.Tests.Filters;

/// <summary>Whatever is sent, the answer is a filter or a fault within the text, and never an exception.</summary>
public sealed class FuzzTests
{
    private static readonly SampleItem Nothing = new(new Dictionary<FilterField, object>(), null);

    private static readonly string[] Pieces =
    [
        "errorType", "failedAt", "age", "retryCount", "reason", "text", "customerId", "timeout", "=", "!=", "<", ">=", "<>", "!", "(", ")", ",", "'", "\"", "''",
        "AND", "or", "NOT", "IN", "BETWEEN", "CONTAINS", "starts_with", "IS", "NULL", "true", "1", "-3.5e7", "1e999", "now", "now-2h", "-", "2h", "1d 6h",
        "2026-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00+14:00", "$", "$.", "$.a", "$..", "..b", "[0]", "[*]", "['x']", "[\"", "[?(@.x=~/(a+)+$/)]", "[(@.length-1)]",
        "[0,0]", "[:]", "\\", "\0", "\ud800", "😀", "é", " ", "\n", "\t", "999999999999999999999999999999999999", "{", "}", "$.a[0]..b['c'].*", "now+36500d",
    ];

    [Fact]
    public void Any_jumble_of_pieces_is_read_or_refused() => Check(Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)));

    [Fact]
    public void Any_jumble_of_words_is_read_or_refused() => Check(Gen.Elements(Pieces).ListOf().Select(pieces => string.Join(' ', pieces)));

    [Fact]
    public void Any_characters_are_read_or_refused() =>
        Check(Gen.Choose(0, char.MaxValue).Select(code => (char)code).ListOf().Select(characters => string.Concat(characters)));

    [Fact]
    public void Any_filter_with_a_few_characters_changed_is_read_or_refused() => Check(
        from node in FilterGen.Nodes
        from edits in (from at in Gen.Choose(0, 10_000) from piece in Gen.Elements(Pieces) from drop in Gen.Choose(0, 3) select (at, piece, drop)).ListOf()
        select edits.Take(4).Aggregate(new FilterExpression(node).ToString(), (text, edit) =>
        {
            var at = edit.at % (text.Length + 1);
            return text[..at] + edit.piece + text[Math.Min(text.Length, at + edit.drop)..];
        }));

    private static void Check(Gen<string> texts) => Prop.ForAll(texts.ToArbitrary(), text =>
    {
        Read(text, Catalog);
        Read(text, DeadLetterFields.Catalog);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000).WithEndSize(40));

    private static void Read(string text, FieldCatalog catalog)
    {
        var parse = FilterExpression.Parse(text, catalog);
        if (parse.Error is { } error)
        {
            Assert.Null(parse.Expression);
            Assert.InRange(error.Column, 1, text.Length + 1);
            Assert.Contains(error.Message[^1], ".?");
            return;
        }

        Assert.Equal(parse.Expression, FilterExpression.Parse(parse.Expression!.ToString(), catalog).Expression);
        parse.Expression.At(Now).Matches(Nothing, """{"a":[{"b":{"c":1}}],"x":"y"}""");
        FilterPushdown.Of(parse.Expression.At(Now), _ => true);
    }
}
