using System.Linq.Expressions;

namespace Embedded.DataTables.Filters;

internal sealed class PredicateWriter(ParameterExpression row)
{
    public string Write(Expression predicate)
    {
        predicate = ColumnReference.WithoutConversions(predicate);
        if (!Mentions(predicate, row))
        {
            return FilterLiteral.Of(Evaluate(predicate))!;
        }

        return predicate switch
        {
            BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And } both => $"({Write(both.Left)}) and ({Write(both.Right)})",
            BinaryExpression { NodeType: ExpressionType.OrElse or ExpressionType.Or } either => $"({Write(either.Left)}) or ({Write(either.Right)})",
            UnaryExpression { NodeType: ExpressionType.Not } not => $"not ({Write(not.Operand)})",
            BinaryExpression comparison when Operator(comparison.NodeType) is { } name => Compare(comparison.Left, name, comparison.Right),
            MethodCallExpression { Method.Name: nameof(Equals), Object: { } left, Arguments: [var right] } => Compare(left, "eq", right),
            MethodCallExpression { Method.Name: nameof(Equals), Object: null, Arguments: [var left, var right] } => Compare(left, "eq", right),
            _ when predicate.Type == typeof(bool) && ColumnReference.Of(predicate, row) is { } flag => $"{flag.Name} eq true",
            _ => throw Unsupported(predicate),
        };
    }

    private string Compare(Expression left, string name, Expression right)
    {
        // string.Compare(a, b) >= 0 and a.CompareTo(b) >= 0 stand for a >= b.
        if (StringComparison(left) is { } ordered && IsZero(right))
        {
            return Compare(ordered.Left, name, ordered.Right);
        }

        if (StringComparison(right) is { } mirrored && IsZero(left))
        {
            return Compare(mirrored.Left, Mirror(name), mirrored.Right);
        }

        if (ColumnReference.Of(left, row) is { } column && !Mentions(right, row))
        {
            return $"{column.Name} {name} {column.Literal(Evaluate(right), name)}";
        }

        return ColumnReference.Of(right, row) is { } other && !Mentions(left, row)
            ? $"{other.Name} {Mirror(name)} {other.Literal(Evaluate(left), name)}"
            : throw Unsupported(Expression.Constant($"{left} {name} {right}"));
    }

    private static (Expression Left, Expression Right)? StringComparison(Expression expression) => expression switch
    {
        MethodCallExpression { Method.Name: nameof(string.Compare) or nameof(string.CompareOrdinal), Method.DeclaringType: { } type, Arguments: [var left, var right] }
            when type == typeof(string) => (left, right),
        MethodCallExpression { Method.Name: nameof(string.CompareTo), Object: { } left, Arguments: [var right] } => (left, right),
        _ => null,
    };

    private bool IsZero(Expression expression) => !Mentions(expression, row) && Evaluate(expression) is 0;

    private static string? Operator(ExpressionType type) => type switch
    {
        ExpressionType.Equal => "eq",
        ExpressionType.NotEqual => "ne",
        ExpressionType.GreaterThan => "gt",
        ExpressionType.GreaterThanOrEqual => "ge",
        ExpressionType.LessThan => "lt",
        ExpressionType.LessThanOrEqual => "le",
        _ => null,
    };

    private static string Mirror(string name) => name switch
    {
        "gt" => "lt",
        "ge" => "le",
        "lt" => "gt",
        "le" => "ge",
        _ => name,
    };

    internal static object? Evaluate(Expression expression) => expression is ConstantExpression constant
        ? constant.Value
        : Expression.Lambda(expression).Compile(preferInterpretation: true).DynamicInvoke();

    private static bool Mentions(Expression expression, ParameterExpression parameter)
    {
        var search = new ParameterSearch(parameter);
        search.Visit(expression);
        return search.Found;
    }

    private static NotSupportedException Unsupported(Expression expression) => new($"The table service cannot filter by '{expression}'.");

    private sealed class ParameterSearch(ParameterExpression parameter) : ExpressionVisitor
    {
        public bool Found { get; private set; }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            Found |= node == parameter;
            return node;
        }
    }
}
