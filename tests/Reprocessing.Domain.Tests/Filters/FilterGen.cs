using Reprocessing.Domain.Filters.Syntax;
using static Reprocessing.Domain.Tests.Filters.SampleFields;

namespace Reprocessing.Domain.Tests.Filters;

/// <summary>Filters and items from small pools, so that they meet.</summary>
internal static class FilterGen
{
    private static readonly string[] Texts =
        ["a", "A", "ab", "AB", "b", "", "it's", "say \"so\"", "and", "NULL", "true", "3", "now", "$.a", "a,b", "ä", "😀", "line\nbreak", "\0", "(x)", "Straße"];

    private static readonly decimal[] Numbers = [0, 1, 2, 3, -1, 0.5m, 100_000m, 79228162514264337593543950335m, 0.0000000000000000000000000001m];

    private static readonly TimeSpan[] Lengths =
        [TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromHours(2), new(1, 6, 0, 0), TimeSpan.FromMilliseconds(1_500), TimeSpan.FromDays(36_500)];

    private static readonly string[] Paths =
        ["$.a", "$.b", "$.a.b", "$.list[0]", "$.list[1].b", "$.list[*]", "$.list[*].b", "$['it\\'s']", "$..b", "$.*", "$['back\\\\slash']", "$..['it\\'s']"];

    private static readonly string[] Payloads =
    [
        "null", "3", "[1]", "{}", """{"a":null}""", """{"a":"a","b":3}""", """{"a":{"b":"AB"},"b":[1,2]}""", """{"list":["a",{"b":true}]}""",
        """{"list":[],"it's":"ab","back\\slash":"b"}""", """{"list":[{"b":1},{"b":null},{"b":"3"}],"a":0.5}""", """{"b":{"b":{"b":false,"it's":2}},"a":1e500,"n":[["a"]]}""",
        "{", "",
    ];

    public static Gen<FilterNode> Nodes { get; } = Gen.Sized(size => Node(Math.Min(size / 8, 5)));

    public static Gen<SampleItem> Items { get; } =
        from values in Gen.CollectToList(
            new[] { InstanceId, ExecutionStatus, RetryCount, StartTime, Took, Everything },
            field => Gen.OneOf(Gen.Constant<(FilterField, object?)>((field, null)), Stored(field).Select(value => (field, (object?)value))))
        from payload in Gen.OneOf(Gen.Constant<string?>(null), Gen.Elements(Payloads).Select(json => (string?)json))
        select new SampleItem(
            values.Where(pair => pair.Item2 is not null).ToDictionary(pair => pair.Item1, pair => pair.Item2!), payload);

    private static Gen<FilterNode> Node(int depth)
    {
        if (depth == 0)
        {
            return Term;
        }

        var inner = Node(depth - 1);
        return Gen.OneOf(
            Term,
            from left in inner from right in inner select (FilterNode)new FilterNode.And(left, right),
            from left in inner from right in inner select (FilterNode)new FilterNode.Or(left, right),
            inner.Select(node => (FilterNode)new FilterNode.Not(node)));
    }

    private static Gen<FilterNode> Term { get; } = Gen.OneOf(
        Gen.Elements(Catalog.Fields.ToArray()).SelectMany(field => FieldTerm(field)),
        Gen.Elements(Paths).SelectMany(path => PathTerm(new Operand.Path(path))));

    private static Gen<FilterNode> FieldTerm(FilterField field)
    {
        var operand = new Operand.Field(field);
        if (field.Kind == FieldKind.Search)
        {
            return Part(operand);
        }

        var isNull = Gen.Elements(true, false).Select(negated => (FilterNode)new FilterNode.IsNull(operand, negated));
        return field.Kind switch
        {
            FieldKind.Choice => Gen.OneOf(isNull, Part(operand), Equality(operand, Written(field)), Among(operand, Written(field))),
            FieldKind.Text => Gen.OneOf(
                isNull, Part(operand), Equality(operand, Written(field)), Order(operand, Written(field)), Among(operand, Written(field)), Range(operand, Written(field))),
            _ => Gen.OneOf(isNull, Equality(operand, Written(field)), Order(operand, Written(field)), Among(operand, Written(field)), Range(operand, Written(field))),
        };
    }

    private static Gen<FilterNode> PathTerm(Operand operand)
    {
        var texts = Gen.Elements(Texts).Select(text => (FilterValue)new FilterValue.Text(text));
        var numbers = Gen.Elements(Numbers).Select(number => (FilterValue)new FilterValue.Number(number));
        var any = Gen.OneOf(texts, numbers, Gen.Elements<FilterValue>(new FilterValue.Boolean(true), new FilterValue.Boolean(false), new FilterValue.Null()));
        return Gen.OneOf(
            Gen.Elements(true, false).Select(negated => (FilterNode)new FilterNode.IsNull(operand, negated)),
            Part(operand), Equality(operand, any), Order(operand, texts), Order(operand, numbers), Among(operand, any), Range(operand, texts), Range(operand, numbers));
    }

    private static Gen<FilterNode> Part(Operand operand) =>
        from op in Gen.Elements(operand is Operand.Field { Definition.Kind: FieldKind.Search } ? [FilterOperator.Contains] : new[] { FilterOperator.Contains, FilterOperator.StartsWith })
        from text in Gen.Elements(Texts.Where(text => text.Length > 0).ToArray())
        select (FilterNode)new FilterNode.Compare(operand, op, new FilterValue.Text(text));

    private static Gen<FilterNode> Equality(Operand operand, Gen<FilterValue> values) =>
        from op in Gen.Elements(FilterOperator.Equal, FilterOperator.NotEqual)
        from value in values
        select (FilterNode)new FilterNode.Compare(operand, op, value);

    private static Gen<FilterNode> Order(Operand operand, Gen<FilterValue> values) =>
        from op in Gen.Elements(FilterOperator.Less, FilterOperator.LessOrEqual, FilterOperator.Greater, FilterOperator.GreaterOrEqual)
        from value in values
        select (FilterNode)new FilterNode.Compare(operand, op, value);

    private static Gen<FilterNode> Among(Operand operand, Gen<FilterValue> values) =>
        from list in values.NonEmptyListOf()
        from negated in Gen.Elements(true, false)
        select (FilterNode)new FilterNode.In(operand, [.. list.Take(4)], negated);

    private static Gen<FilterNode> Range(Operand operand, Gen<FilterValue> values) =>
        from low in values
        from high in values
        select (FilterNode)new FilterNode.Between(operand, low, high);

    private static Gen<FilterValue> Written(FilterField field) => field.Kind switch
    {
        FieldKind.Time => Gen.OneOf(
            Gen.Elements(Lengths).Select(length => (FilterValue)new FilterValue.FromNow(-length)),
            Gen.Elements(Lengths).Select(length => (FilterValue)new FilterValue.FromNow(length)),
            Stored(field).Select(at => (FilterValue)new FilterValue.Time((DateTimeOffset)at))),
        FieldKind.Number => Gen.Elements(Numbers).Select(number => (FilterValue)new FilterValue.Number(number)),
        FieldKind.Duration => Gen.Elements(Lengths).Select(length => (FilterValue)new FilterValue.Duration(length)),
        FieldKind.Choice => Gen.Elements(field.Choices.ToArray()).Select(choice => (FilterValue)new FilterValue.Text(choice)),
        _ => Gen.Elements(Texts).Select(text => (FilterValue)new FilterValue.Text(text)),
    };

    private static Gen<object> Stored(FilterField field) => field.Kind switch
    {
        FieldKind.Time => Gen.Elements(Lengths.Append(TimeSpan.FromTicks(1)).ToArray()).Select(length => (object)(Now - length)),
        FieldKind.Number => Gen.Elements(Numbers).Select(number => (object)number),
        FieldKind.Duration => Gen.Elements(Lengths).Select(length => (object)length),
        FieldKind.Choice => Gen.Elements(field.Choices.ToArray()).Select(choice => (object)choice),
        _ => Gen.Elements(Texts).Select(text => (object)text),
    };
}
