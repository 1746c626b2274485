namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>
/// The grammar (keywords and field names in any letter case):
/// <code>
/// filter     = and { "OR" and }
/// and        = not { "AND" not }
/// not        = "NOT" not | "(" filter ")" | term
/// term       = operand ( comparison value
///                      | ( "CONTAINS" | "STARTSWITH" | "STARTS_WITH" ) value
///                      | [ "NOT" ] "IN" "(" value { "," value } ")"
///                      | "BETWEEN" value "AND" value
///                      | "IS" [ "NOT" ] "NULL" )
/// operand    = field | path
/// comparison = "=" | "==" | "!=" | "&lt;&gt;" | "&lt;" | "&lt;=" | "&gt;" | "&gt;="
/// value      = quoted | word { word }           several words for a time or a duration: now - 2h, 1d 6h
/// quoted     = "'" { any | "''" } "'" | '"' { any | '""' } '"'
/// path       = "$" step { step }                ".." once
/// step       = "." ( name | "*" ) | ".." name | [ ".." ] "[" quoted-name "]" | "[" ( index | "*" ) "]"
/// </code>
/// A word ends at white space and at any of <c>' " ( ) , = ! &lt; &gt;</c>. What a value may be is the operand's business:
/// see <see cref="ValueReader"/>.
/// </summary>
internal sealed class Parser(Lexer lexer, FieldCatalog catalog)
{
    private Token _token = lexer.Next();
    private int _depth;
    private int _terms;

    public static FilterNode Parse(string text, FieldCatalog catalog)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new FilterSyntaxException(FilterErrorKind.Empty, 1, $"The filter is empty; expected a comparison such as {Example(catalog)}.");
        }

        if (text.Length > FilterLimits.Length)
        {
            throw new FilterSyntaxException(
                FilterErrorKind.Limit, FilterLimits.Length + 1, $"The filter has {text.Length} characters; it may have {FilterLimits.Length}.");
        }

        for (var at = 0; at < text.Length;)
        {
            // Neither storage nor JSON can be asked for half of a character.
            at += Rune.TryGetRuneAt(text, at, out var letter)
                ? letter.Utf16SequenceLength
                : throw new FilterSyntaxException(FilterErrorKind.Syntax, at + 1, "Found half of a character; expected Unicode.");
        }

        var parser = new Parser(new Lexer(text), catalog);
        var root = parser.ReadOr();
        return parser._token.Kind == TokenKind.End ? WithinLimit(root) : throw parser.Expected("AND, OR or the end");
    }

    /// <summary>The canonical form is stored and parsed again, so it must keep the limit too.</summary>
    private static FilterNode WithinLimit(FilterNode root) => Printer.Print(root).Length is var length && length <= FilterLimits.Length
        ? root
        : throw new FilterSyntaxException(
            FilterErrorKind.Limit, FilterLimits.Length + 1, $"The filter, written out with its texts in quotes, has {length} characters; it may have {FilterLimits.Length}.");

    private static string Example(FieldCatalog catalog) =>
        catalog.Fields.FirstOrDefault(field => field.Kind == FieldKind.Choice) is { } field ? $"{field.Name} = {field.Choices[0]}" : "$.path = 1";

    private FilterNode ReadOr() => ReadChain(Keywords.Or, ReadAnd, (left, right) => new FilterNode.Or(left, right));

    private FilterNode ReadAnd() => ReadChain(Keywords.And, ReadNot, (left, right) => new FilterNode.And(left, right));

    private FilterNode ReadChain(string keyword, Func<FilterNode> read, Func<FilterNode, FilterNode, FilterNode> join)
    {
        var left = read();
        while (Take(keyword))
        {
            left = join(left, read());
        }

        return left;
    }

    private FilterNode ReadNot()
    {
        if (!_token.Is(Keywords.Not) && _token.Kind != TokenKind.Open)
        {
            return ReadTerm();
        }

        if (++_depth > FilterLimits.Depth)
        {
            throw Fault(FilterErrorKind.Limit, $"Parentheses and NOTs are nested deeper than {FilterLimits.Depth}.");
        }

        var node = Take(Keywords.Not) ? new FilterNode.Not(ReadNot()) : ReadParenthesised();
        _depth--;
        return node;
    }

    private FilterNode ReadParenthesised()
    {
        Advance();
        var inner = ReadOr();
        Expect(TokenKind.Close, "AND, OR or ')'");
        return inner;
    }

    private FilterNode ReadTerm()
    {
        if (++_terms > FilterLimits.Terms)
        {
            throw Fault(FilterErrorKind.Limit, $"The filter has more than {FilterLimits.Terms} comparisons.");
        }

        var operand = ReadOperand();
        if (_token.Kind == TokenKind.Comparison)
        {
            return ReadComparison(operand, FilterOperators.Parse(_token.Text));
        }

        return _token.Text.ToUpperInvariant() switch
        {
            _ when _token.Kind != TokenKind.Word => throw ExpectedOperator(),
            Keywords.Contains => ReadComparison(operand, FilterOperator.Contains),
            Keywords.StartsWith or "STARTS_WITH" => ReadComparison(operand, FilterOperator.StartsWith),
            Keywords.Between => ReadBetween(operand),
            Keywords.In => ReadIn(operand, negated: false),
            Keywords.Not => AdvanceTo(Keywords.In) ? ReadIn(operand, negated: true) : throw Expected("IN (to negate another operator, write NOT before the field)"),
            Keywords.Is => ReadIsNull(operand),
            _ => throw ExpectedOperator(),
        };
    }

    private Operand ReadOperand()
    {
        if (_token.Kind == TokenKind.Path)
        {
            return catalog.HasPayload
                ? new Operand.Path(Advance().Text)
                : throw Fault(FilterErrorKind.Mismatch, $"Found {_token}; {catalog.What} have no payload that a path could look into.");
        }

        if (_token.Kind is not (TokenKind.Word or TokenKind.Quoted) || _token.IsKeyword)
        {
            throw Expected("a field, a JSONPath such as $.customer.tier, NOT or '('");
        }

        if (!catalog.TryGet(_token.Text, out var field))
        {
            var hint = catalog.Nearest(_token.Text) is { } near
                ? $"Did you mean '{near}'?"
                : $"Expected one of {string.Join(", ", catalog.Fields)}, or a JSONPath such as $.customer.tier.";
            throw Fault(FilterErrorKind.UnknownField, $"Found {_token}, which is no field of {catalog.What}. {hint}");
        }

        Advance();
        return new Operand.Field(field);
    }

    private FilterNode.Compare ReadComparison(Operand operand, FilterOperator op)
    {
        CheckOperator(operand, op);
        Advance();
        return new(operand, op, ReadValue(operand, op));
    }

    private FilterNode.Between ReadBetween(Operand operand)
    {
        CheckOperator(operand, FilterOperator.Less);
        Advance();
        var low = ReadValue(operand, FilterOperator.GreaterOrEqual);
        if (!Take(Keywords.And))
        {
            throw Expected("AND and the upper end of BETWEEN");
        }

        var column = _token.Column;
        var high = ReadValue(operand, FilterOperator.LessOrEqual);
        return operand is Operand.Path && low.GetType() != high.GetType()
            ? throw new FilterSyntaxException(FilterErrorKind.Mismatch, column, "The two ends of BETWEEN must both be numbers or both be texts.")
            : new(operand, low, high);
    }

    private FilterNode.In ReadIn(Operand operand, bool negated)
    {
        CheckOperator(operand, FilterOperator.Equal);
        Advance();
        Expect(TokenKind.Open, "'(' and the values of IN");
        List<FilterValue> values = [];
        do
        {
            if (values.Count == FilterLimits.InList)
            {
                throw Fault(FilterErrorKind.Limit, $"IN has more than {FilterLimits.InList} values.");
            }

            values.Add(ReadValue(operand, FilterOperator.Equal));
        }
        while (Take(TokenKind.Comma));
        Expect(TokenKind.Close, "',' or ')'");
        return new(operand, values, negated);
    }

    private FilterNode.IsNull ReadIsNull(Operand operand)
    {
        Advance();
        var negated = Take(Keywords.Not);
        return Take(Keywords.Null) ? new(operand, negated) : throw Expected(negated ? "NULL" : "NULL or NOT NULL");
    }

    private FilterValue ReadValue(Operand operand, FilterOperator op)
    {
        var first = _token;
        if (first.Kind is not (TokenKind.Word or TokenKind.Quoted) || first.IsKeyword)
        {
            throw Expected(first.IsKeyword || first.Kind == TokenKind.Path ? "a value (quote it to mean the text)" : "a value");
        }

        Advance();
        var text = first.Text;
        while (ValueReader.MayHaveSeveralWords(operand) && first.Kind == TokenKind.Word && _token.Kind == TokenKind.Word && !_token.IsKeyword)
        {
            text = $"{text} {Advance().Text}";
        }

        return ValueReader.Read(operand, op, first with { Text = text });
    }

    private void CheckOperator(Operand operand, FilterOperator op)
    {
        if (operand is Operand.Field { Definition: var field } && ValueReader.Problem(field, op) is { } problem)
        {
            throw Fault(FilterErrorKind.Mismatch, $"Found {_token} after '{field.Name}', {problem}.");
        }
    }

    private Token Advance()
    {
        var taken = _token;
        _token = lexer.Next();
        return taken;
    }

    private bool AdvanceTo(string keyword)
    {
        Advance();
        return _token.Is(keyword);
    }

    private bool Take(string keyword) => Take(_token.Is(keyword));

    private bool Take(TokenKind kind) => Take(_token.Kind == kind);

    private bool Take(bool isWanted)
    {
        if (isWanted)
        {
            Advance();
        }

        return isWanted;
    }

    private void Expect(TokenKind kind, string what)
    {
        if (!Take(kind))
        {
            throw Expected(what);
        }
    }

    private FilterSyntaxException ExpectedOperator() => Expected("=, !=, <, <=, >, >=, IN, NOT IN, CONTAINS, STARTSWITH, BETWEEN or IS NULL");

    private FilterSyntaxException Expected(string what) => Fault(FilterErrorKind.Syntax, $"Found {_token}; expected {what}.");

    private FilterSyntaxException Fault(FilterErrorKind kind, string message) => new(kind, _token.Column, message);
}
