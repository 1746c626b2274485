namespace Reprocessing.Domain.Filters.Syntax;

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

/// <param name="Text">What it means: a quoted text without its quotes, a path in canonical form.</param>
/// <param name="Column">1 is the first character.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Column)
{
    private const int LongestShown = 40;

    public bool Is(string keyword) => Kind == TokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsKeyword => Kind == TokenKind.Word && Keywords.Have(Text);

    /// <summary>For messages: found ... .</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Quoted => $"the text '{Short}'",
        _ => $"'{Short}'",
    };

    private string Short => Text.Length <= LongestShown ? Text : Text[..(char.IsHighSurrogate(Text[LongestShown - 1]) ? LongestShown - 1 : LongestShown)] + "…";
}
