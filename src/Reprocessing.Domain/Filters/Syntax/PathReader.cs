namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>
/// Reads a JSONPath and returns its canonical form. Supported are members (<c>.name</c>, <c>['any name']</c>), indexes <c>[0]</c>, all
/// elements <c>[*]</c> or members <c>.*</c>, and one <c>..name</c> for a member at any depth. Filters <c>[?(...)]</c>, scripts, unions
/// and slices are not: without them a path visits each value of a payload at most once, so no path is slow. (Neither is <c>..*</c>:
/// the library would return the root as its own descendant.)
/// </summary>
internal sealed class PathReader(string text, int start)
{
    private readonly StringBuilder _path = new("$");
    private int _at = start + 1;
    private int _steps;
    private bool _hasDescended;

    public int End => _at;

    private char Current => _at < text.Length ? text[_at] : '\0';

    public string Read()
    {
        while (Current is '.' or '[')
        {
            if (++_steps > FilterLimits.PathSteps)
            {
                throw new FilterSyntaxException(FilterErrorKind.Limit, start + 1, $"The path has more than {FilterLimits.PathSteps} steps.");
            }

            if (Current == '.')
            {
                ReadDotted();
            }
            else
            {
                ReadBracketed();
            }
        }

        return _steps > 0 ? _path.ToString() : throw Expected("'.name' or '['name']' after '$'");
    }

    private void ReadDotted()
    {
        _at++;
        var descends = Current == '.';
        if (descends)
        {
            _at++;
            if (_hasDescended)
            {
                throw new FilterSyntaxException(FilterErrorKind.Limit, _at - 1, "Found a second '..' in the path; one is allowed.");
            }

            _hasDescended = true;
        }

        if (descends && Current == '[')
        {
            _at++;
            ReadQuotedName(descends: true);
        }
        else if (!descends && Current == '*')
        {
            _at++;
            _path.Append(".*");
        }
        else
        {
            AppendName(ReadName(), descends);
        }
    }

    private string ReadName()
    {
        var from = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '-' or '@' || char.IsSurrogate(text[_at])))
        {
            _at++;
        }

        return _at > from ? text[from.._at] : throw Expected("a member's name (one with other characters is written ['so'])");
    }

    private void ReadBracketed()
    {
        _at++;
        if (Current is '\'' or '"')
        {
            ReadQuotedName(descends: false);
        }
        else if (Current == '*')
        {
            _at++;
            Close();
            _path.Append("[*]");
        }
        else
        {
            var from = _at;
            while (char.IsAsciiDigit(Current))
            {
                _at++;
            }

            if (_at == from || _at - from > 9)
            {
                _at = from;
                throw Expected("an index, '*' or a quoted name (filters, scripts, slices and unions are not read: combine comparisons with AND and OR)");
            }

            var index = int.Parse(text.AsSpan(from, _at - from), CultureInfo.InvariantCulture);
            Close();
            _path.Append(CultureInfo.InvariantCulture, $"[{index}]");
        }
    }

    /// <summary>A backslash escapes a quote or a backslash.</summary>
    private void ReadQuotedName(bool descends)
    {
        var quote = Current;
        if (quote is not ('\'' or '"'))
        {
            throw Expected("a quoted name");
        }

        var name = new StringBuilder();
        for (_at++; Current != quote; _at++)
        {
            if (Current == '\\' && _at + 1 < text.Length && text[_at + 1] is '\\' or '\'' or '"')
            {
                _at++;
            }

            if (_at >= text.Length)
            {
                throw Expected($"another {quote}");
            }

            name.Append(Current);
        }

        _at++;
        Close();
        AppendName(name.ToString(), descends);
    }

    private void Close()
    {
        if (Current != ']')
        {
            throw Expected("']'");
        }

        _at++;
    }

    private void AppendName(string name, bool descends)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
        {
            _path.Append(descends ? ".." : ".").Append(name);
            return;
        }

        var escaped = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        _path.Append(descends ? "..['" : "['").Append(escaped).Append("']");
    }

    private FilterSyntaxException Expected(string what) => new(
        FilterErrorKind.Syntax,
        _at + 1,
        $"Found {(_at < text.Length ? $"'{text[_at]}'" : "the end")} in the path; expected {what}.");
}
