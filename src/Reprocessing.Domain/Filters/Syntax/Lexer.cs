namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>Reads one token a call, so that the leftmost error is reported.</summary>
internal sealed class Lexer(string text)
{
    private static readonly SearchValues<char> WordEnds = SearchValues.Create(
        [.. "'\"(),=!<>", .. Enumerable.Range(0, 1 << 16).Select(code => (char)code).Where(char.IsWhiteSpace)]);

    private int _at;

    public static bool IsBareWord(string word) => word.Length > 0 && word[0] != '$' && !word.AsSpan().ContainsAny(WordEnds);

    public Token Next()
    {
        _at = text.Length - text.AsSpan(_at).TrimStart().Length;
        if (_at == text.Length)
        {
            return new(TokenKind.End, string.Empty, _at + 1);
        }

        return text[_at] switch
        {
            '(' => Take(TokenKind.Open, 1),
            ')' => Take(TokenKind.Close, 1),
            ',' => Take(TokenKind.Comma, 1),
            '\'' or '"' => Quoted(text[_at]),
            '!' when !text.AsSpan(_at).StartsWith("!=") =>
                throw new FilterSyntaxException(FilterErrorKind.Syntax, _at + 1, "Found '!' alone; expected '!='. To negate, write NOT."),
            '=' or '!' or '<' or '>' => Take(TokenKind.Comparison, text.AsSpan(_at) is ['=' or '!' or '<' or '>', '=', ..] or ['<', '>', ..] ? 2 : 1),
            '$' => Path(),
            _ => Take(TokenKind.Word, text.AsSpan(_at).IndexOfAny(WordEnds) is var end and >= 0 ? end : text.Length - _at),
        };
    }

    private Token Take(TokenKind kind, int length)
    {
        var start = _at;
        _at += length;
        return new(kind, text[start.._at], start + 1);
    }

    /// <summary>In either quotes; a doubled quote stands for itself.</summary>
    private Token Quoted(char quote)
    {
        var start = _at;
        var content = new StringBuilder();
        for (_at++; _at < text.Length; _at++)
        {
            if (text[_at] != quote)
            {
                content.Append(text[_at]);
            }
            else if (_at + 1 < text.Length && text[_at + 1] == quote)
            {
                content.Append(text[_at++]);
            }
            else
            {
                _at++;
                return new(TokenKind.Quoted, content.ToString(), start + 1);
            }
        }

        throw new FilterSyntaxException(FilterErrorKind.Syntax, start + 1, $"Found a text that begins here and does not end; expected another {quote}.");
    }

    private Token Path()
    {
        var reader = new PathReader(text, _at);
        var token = new Token(TokenKind.Path, reader.Read(), _at + 1);
        _at = reader.End;
        return token;
    }
}

internal enum TokenKind
{
    End,
    Word,
    Quoted,
    Path,
    Comparison,
    Open,
    Close,
    Comma,
}

/// <param name="Text">The content: without quotes, a path in canonical form.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Column)
{
    private const int LongestShown = 40;

    public bool Is(string keyword) => Kind == TokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsKeyword => Kind == TokenKind.Word && Keywords.Have(Text);

    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Quoted => $"the text '{Short}'",
        _ => $"'{Short}'",
    };

    private string Short => Text.Length <= LongestShown ? Text : RecordText.Cut(Text, LongestShown) + "…";
}

/// <summary>In any letter case. As values they must be quoted.</summary>
internal static class Keywords
{
    public const string And = "AND";
    public const string Or = "OR";
    public const string Not = "NOT";
    public const string In = "IN";
    public const string Contains = "CONTAINS";
    public const string StartsWith = "STARTSWITH";
    public const string Between = "BETWEEN";
    public const string Is = "IS";

    /// <summary>Values; keywords only after IS or beside a JSONPath.</summary>
    public const string Null = "NULL";
    public const string True = "TRUE";
    public const string False = "FALSE";

    private static readonly HashSet<string> All =
        new(StringComparer.OrdinalIgnoreCase) { And, Or, Not, In, Contains, StartsWith, "STARTS_WITH", Between, Is };

    public static bool Have(string word) => All.Contains(word);
}

internal sealed class FilterSyntaxException(FilterErrorKind kind, int column, string message) : Exception(message)
{
    public FilterError Error { get; } = new(kind, column, message);
}
