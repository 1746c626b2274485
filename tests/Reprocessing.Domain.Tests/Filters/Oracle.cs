using System.Globalization;
using System.Text.RegularExpressions;
using Reprocessing.Domain.Filters.Syntax;

namespace Reprocessing.Domain.Tests.Filters;

/// <summary>
/// What a filter means, said a second time and as plainly as possible: values are whatever objects they are, paths are walked
/// by hand over another JSON library.
/// </summary>
internal static partial class Oracle
{
    private static readonly object JsonNull = new();
    private static readonly object Structure = new();

    public static bool Holds(FilterNode node, SampleItem item, DateTimeOffset now)
    {
        bool Is(FilterNode inner) => Holds(inner, item, now);
        bool Some(Operand operand, Func<object, bool> test) => Values(operand, item, now).Any(test);
        object Wanted(FilterValue value) => ValueOf(value, now);

        return node switch
        {
            FilterNode.And both => Is(both.Left) && Is(both.Right),
            FilterNode.Or either => Is(either.Left) || Is(either.Right),
            FilterNode.Not negation => !Is(negation.Inner),
            FilterNode.IsNull { Negated: true } asked => Some(asked.Operand, value => value != JsonNull),
            FilterNode.IsNull asked => !Some(asked.Operand, value => value != JsonNull),
            FilterNode.In { Negated: true } among => Some(among.Operand, value => !among.Values.Any(wanted => Same(value, Wanted(wanted)))),
            FilterNode.In among => Some(among.Operand, value => among.Values.Any(wanted => Same(value, Wanted(wanted)))),
            FilterNode.Between range => Some(range.Operand, value => Sign(value, Wanted(range.Low)) is 0 or 1 && Sign(value, Wanted(range.High)) is 0 or -1),
            FilterNode.Compare compare => Some(compare.Operand, value => Compares(compare, value, Wanted(compare.Value))),
            _ => throw new InvalidOperationException(),
        };
    }

    private static bool Compares(FilterNode.Compare compare, object value, object wanted)
    {
        var isChoice = compare.Operand is Operand.Field { Definition.Kind: FieldKind.Choice };
        return compare.Operator switch
        {
            FilterOperator.Equal => Same(value, wanted),
            FilterOperator.NotEqual => !Same(value, wanted),
            FilterOperator.Less => Sign(value, wanted) == -1,
            FilterOperator.LessOrEqual => Sign(value, wanted) is -1 or 0,
            FilterOperator.Greater => Sign(value, wanted) == 1,
            FilterOperator.GreaterOrEqual => Sign(value, wanted) is 1 or 0,
            FilterOperator.Contains => value is string text && text.ToUpperInvariant().Contains(((string)wanted).ToUpperInvariant(), StringComparison.Ordinal),
            _ => value is string text && (isChoice
                ? text.ToUpperInvariant().StartsWith(((string)wanted).ToUpperInvariant(), StringComparison.Ordinal)
                : text.StartsWith((string)wanted, StringComparison.Ordinal)),
        };
    }

    private static bool Same(object one, object other) => one != Structure && one.Equals(other);

    private static int? Sign(object one, object other) => (one, other) switch
    {
        (string a, string b) => Math.Sign(string.CompareOrdinal(a, b)),
        (IComparable a, IComparable b) when a is not bool && a.GetType() == b.GetType() => Math.Sign(a.CompareTo(b)),
        _ => null,
    };

    private static object ValueOf(FilterValue value, DateTimeOffset now) => value switch
    {
        FilterValue.Text text => text.Content,
        FilterValue.Number number => number.Amount,
        FilterValue.Boolean boolean => boolean.IsTrue,
        FilterValue.Duration duration => duration.Length,
        FilterValue.Time time => time.At,
        FilterValue.FromNow fromNow => now + fromNow.Offset,
        FilterValue.Null => JsonNull,
        _ => throw new InvalidOperationException(),
    };

    private static IEnumerable<object> Values(Operand operand, SampleItem item, DateTimeOffset now)
    {
        if (operand is Operand.Field { Definition: var field })
        {
            return field.Since is { } since
                ? item.Values.TryGetValue(since, out var at) ? [now - (DateTimeOffset)at] : []
                : item.Values.TryGetValue(field, out var value) ? [value] : [];
        }

        try
        {
            using var document = JsonDocument.Parse(item.Payload ?? "");
            return [.. Walk(document.RootElement, ((Operand.Path)operand).Text[1..]).Select(ValueOf)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IEnumerable<JsonElement> Walk(JsonElement at, string path)
    {
        if (path.Length == 0)
        {
            return [at];
        }

        var step = Step().Match(path);
        var rest = path[step.Length..];
        var name = step.Groups["name"].Value.Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        IEnumerable<JsonElement> from = step.Value.StartsWith("..", StringComparison.Ordinal) ? SelfAndBelow(at) : [at];
        return from.SelectMany(element => Next(element, step, name)).SelectMany(element => Walk(element, rest));
    }

    private static IEnumerable<JsonElement> Next(JsonElement element, Match step, string name) => element.ValueKind switch
    {
        JsonValueKind.Array when step.Value == "[*]" => element.EnumerateArray(),
        JsonValueKind.Array when step.Groups["index"] is { Success: true, Value: var index } =>
            element.EnumerateArray().Skip(int.Parse(index, CultureInfo.InvariantCulture)).Take(1),
        JsonValueKind.Object when step.Value == ".*" => element.EnumerateObject().Select(member => member.Value),
        JsonValueKind.Object when name.Length > 0 && element.TryGetProperty(name, out var member) => [member],
        _ => [],
    };

    private static IEnumerable<JsonElement> SelfAndBelow(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(SelfAndBelow).Prepend(element),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => SelfAndBelow(member.Value)).Prepend(element),
        _ => [element],
    };

    private static object ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => JsonNull,
        JsonValueKind.Number => element.TryGetDecimal(out var number) ? number : decimal.MaxValue,
        _ => Structure,
    };

    [GeneratedRegex(@"\A(\[(?<index>\d+)\]|\[\*\]|\.\*|\.{0,2}\['(?<name>(\\.|[^'\\])*)'\]|\.{1,2}(?<name>\w+))")]
    private static partial Regex Step();
}
