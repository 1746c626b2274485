using System.Linq.Expressions;
using Azure.Data.Tables.Models;
using Embedded.DataTables.Entities;

namespace Embedded.DataTables.Filters;

/// <summary>A column as a predicate names it: a class's property, a dictionary row's entry or typed getter.</summary>
internal sealed record ColumnReference(string Name, Type Type)
{
    /// <returns>Null where the expression is no column of <paramref name="row"/>.</returns>
    public static ColumnReference? Of(Expression expression, ParameterExpression row) => WithoutConversions(expression) switch
    {
        MemberExpression { Member.Name: nameof(Nullable<>.Value), Expression: { } nullable } when Nullable.GetUnderlyingType(nullable.Type) is not null
            => Of(nullable, row),
        MemberExpression { Expression: { } owner } member when WithoutConversions(owner) == row => new(ColumnName(member), member.Type),
        MethodCallExpression { Object: { } owner, Arguments: [var name] } call when WithoutConversions(owner) == row && IsGetter(call)
            => new((string)PredicateWriter.Evaluate(name)!, call.Type),
        _ => null,
    };

    public static Expression WithoutConversions(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked or ExpressionType.Quote } conversion)
        {
            expression = conversion.Operand;
        }

        return expression;
    }

    /// <summary>The other side of a comparison. An enum is stored by its name, but C# compares its number.</summary>
    public string Literal(object? value, string comparison)
    {
        if (value is null)
        {
            throw new NotSupportedException($"The table service stores no nulls: '{Name}' cannot be compared with null.");
        }

        var type = Nullable.GetUnderlyingType(Type) ?? Type;
        if (type.IsEnum)
        {
            return comparison is "eq" or "ne"
                ? FilterLiteral.Text(Enum.ToObject(type, value).ToString()!)
                : throw new NotSupportedException($"'{Name}' is stored by name, which has no order.");
        }

        return FilterLiteral.Of(value) ?? throw new NotSupportedException($"A filter cannot hold a {value.GetType()}.");
    }

    private static bool IsGetter(MethodCallExpression call)
        => call.Method.Name.StartsWith("Get", StringComparison.OrdinalIgnoreCase) && call.Arguments[0].Type == typeof(string);

    private static string ColumnName(MemberExpression member) => member.Member.DeclaringType == typeof(TableItem) ? "TableName" : BoundMember.ColumnName(member.Member);
}
