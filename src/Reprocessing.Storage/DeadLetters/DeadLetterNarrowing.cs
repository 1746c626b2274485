using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Reprocessing.Domain.Filters;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>
/// The part of a filter that the service can judge, so that a filter that says much reads little. Every match passes, and more may:
/// the entries that come are still to be tested.
/// </summary>
/// <remarks>
/// Only columns that rows of the first schema have too. The time of the move is in the key, so it bounds the range that is read.
/// </remarks>
internal sealed class DeadLetterNarrowing
{
    // The service takes 15 comparisons in a query; partition, both ends of the range, page position and scope are among them.
    private const int MaxComparisons = 10;
    private const int MaxLength = 2_000;

    // Earlier ones are no times in the service's language.
    private static readonly DateTimeOffset FirstTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<FilterField, string> Columns = new()
    {
        [DeadLetterFields.OrderId] = "OrderId",
        [DeadLetterFields.CustomerId] = "CustomerId",
        [DeadLetterFields.FailureStatus] = OrderRows.Status,
        [DeadLetterFields.ErrorType] = DeadLetterRows.ErrorType,
        [DeadLetterFields.Fingerprint] = DeadLetterRows.Fingerprint,
        [DeadLetterFields.FailedAt] = DeadLetterRows.FailedAt,
        [DeadLetterFields.Resolution] = DeadLetterRows.Resolution,
    };

    private readonly List<string> _conditions = [];
    private int _comparisons;
    private int _length;

    private DeadLetterNarrowing()
    {
    }

    public static DeadLetterNarrowing None { get; } = new();

    /// <summary>Null when the service can judge nothing of it.</summary>
    public string? Condition => _conditions.Count == 0 ? null : string.Join(" and ", _conditions);

    /// <summary>What follows the lane in a key before all that can match; null for the lane's beginning.</summary>
    public string? After { get; private set; }

    /// <summary>What follows the lane in a key after all that can match; null for the lane's end.</summary>
    public string? Before { get; private set; }

    public static DeadLetterNarrowing Of(FilterPredicate? filter)
    {
        if (filter is null)
        {
            return None;
        }

        var narrowing = new DeadLetterNarrowing();
        foreach (var term in FilterPushdown.Of(filter, field => field == DeadLetterFields.MovedAt || Columns.ContainsKey(field)))
        {
            switch (term)
            {
                case PushedTerm.Compare { Field: var field, Value: FilterValue.Time { At: var at } } compare when field == DeadLetterFields.MovedAt:
                    narrowing.AddRange(compare.Operator, at);
                    break;
                case PushedTerm.Compare compare:
                    narrowing.Add([Comparison(compare.Field, compare.Operator, compare.Value)]);
                    break;
                case PushedTerm.AnyOf any:
                    narrowing.Add([.. any.Values.Select(value => Comparison(any.Field, PushedOperator.Equal, value))]);
                    break;
            }
        }

        return narrowing;
    }

    /// <summary>One of these. What does not fit is left out, which is always right.</summary>
    private void Add(IReadOnlyList<string?> anyOf)
    {
        var condition = anyOf is [var only] ? only : $"({string.Join(" or ", anyOf)})";
        if (anyOf.Contains(null) || _comparisons + anyOf.Count > MaxComparisons || _length + condition!.Length > MaxLength)
        {
            return;
        }

        _comparisons += anyOf.Count;
        _length += condition.Length;
        _conditions.Add(condition);
    }

    /// <summary>The newest have the least keys, so a time after which is a key before which.</summary>
    private void AddRange(PushedOperator op, DateTimeOffset at)
    {
        var inverted = RowKeys.Inverted(at);
        var (newer, here, older) = op switch
        {
            PushedOperator.Equal => (false, true, false),
            PushedOperator.Greater => (true, false, false),
            PushedOperator.GreaterOrEqual => (true, true, false),
            PushedOperator.Less => (false, false, true),
            PushedOperator.LessOrEqual => (false, true, true),
            _ => (true, true, true),
        };
        if (!newer)
        {
            After = Max(After, RowKeys.Ticks(here ? inverted : inverted + 1));
        }

        if (!older)
        {
            Before = Min(Before, RowKeys.Ticks(here ? inverted + 1 : inverted));
        }
    }

    private static string? Comparison(FilterField field, PushedOperator op, FilterValue value)
    {
        var name = op switch
        {
            PushedOperator.Equal => "eq",
            PushedOperator.NotEqual => "ne",
            PushedOperator.Less => "lt",
            PushedOperator.LessOrEqual => "le",
            PushedOperator.Greater => "gt",
            _ => "ge",
        };
        object? written = value switch
        {
            // An entry without a resolution has an empty text there.
            FilterValue.Text { Content: DeadLetterFields.Unresolved } when field == DeadLetterFields.Resolution => string.Empty,
            FilterValue.Text { Content: var text } => text,
            FilterValue.Time { At: var at } when at >= FirstTime => at.ToUniversalTime(),
            _ => null,
        };
        return written is not null && Columns.TryGetValue(field, out var column)
            ? TableClient.CreateQueryFilter(FormattableStringFactory.Create($"{column} {name} {{0}}", written))
            : null;
    }

    internal static string? Max(string? one, string? other) => string.CompareOrdinal(one, other) >= 0 ? one : other;

    private static string Min(string? one, string other) => one is not null && string.CompareOrdinal(one, other) < 0 ? one : other;
}
