namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>
/// Reads a JSONPath and returns its canonical form. Supported are members (<c>.name</c>, <c>['any name']</c>), indexes <c>[0]</c>, all
/// elements <c>[*]</c> or members <c>.*</c>, and one <c>..name</c> for a member at any depth. Filters <c>[?(...)]</c>, scripts, unions
/// and slices are not: without them a path visits each value of a payload a few times at most.
/// </summary>
internal sealed class PathReader(string text, int start)
{
    private readonly StringBuilder _path = new("$");
    private readonly List<PathStep> _steps = [];
    private int _at = start + 1;

    public int End => _at;

    private char Current => _at < text.Length ? text[_at] : '\0';

    public static IReadOnlyList<PathStep> StepsOf(string path)
    {
        var reader = new PathReader(path, 0);
        reader.Read();
        return reader._steps;
    }

    public string Read()
    {
        while (Current is '.' or '[')
        {
            if (_steps.Count == FilterLimits.PathSteps)
            {
                throw new FilterSyntaxException(FilterErrorKind.Limit, start + 1, $"The path has more than {FilterLimits.PathSteps} steps.");
            }

            ReadStep();
        }

        return _steps.Count > 0 ? _path.ToString() : throw Expected("'.name' or '['name']' after '$'");
    }

    private void ReadStep()
    {
        var isDotted = Take('.');
        var descends = isDotted && Take('.');
        if (descends && _steps.Exists(step => step.Kind == PathStepKind.Descendant))
        {
            throw new FilterSyntaxException(FilterErrorKind.Limit, _at - 1, "Found a second '..' in the path; one is allowed.");
        }

        if ((descends || !isDotted) && Take('['))
        {
            ReadBracketed(descends);
        }
        else if (!descends && Take('*'))
        {
            _path.Append(".*");
            _steps.Add(new(PathStepKind.AllMembers));
        }
        else
        {
            var name = ReadWhile(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '@' || char.IsSurrogate(character));
            AppendName(name.Length > 0 ? name : throw Expected("a member's name (one with other characters is written ['so'])"), descends);
        }
    }

    private void ReadBracketed(bool descends)
    {
        if (Current is '\'' or '"')
        {
            var name = ReadQuoted(Current);
            Close();
            AppendName(name, descends);
        }
        else if (descends)
        {
            throw Expected("a quoted name");
        }
        else if (Take('*'))
        {
            Close();
            _path.Append("[*]");
            _steps.Add(new(PathStepKind.AllElements));
        }
        else
        {
            var from = _at;
            var index = ReadWhile(char.IsAsciiDigit);
            if (index.Length is 0 or > 9)
            {
                _at = from;
                throw Expected("an index, '*' or a quoted name (filters, scripts, slices and unions are not read: combine comparisons with AND and OR)");
            }

            Close();
            var step = new PathStep(PathStepKind.Element, Index: int.Parse(index, CultureInfo.InvariantCulture));
            _path.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            _steps.Add(step);
        }
    }

    /// <summary>A backslash escapes a quote or a backslash.</summary>
    private string ReadQuoted(char quote)
    {
        var name = new StringBuilder();
        for (_at++; !Take(quote); _at++)
        {
            if (Current == '\\' && _at + 1 < text.Length && text[_at + 1] is '\\' or '\'' or '"')
            {
                _at++;
            }

            name.Append(_at < text.Length ? Current : throw Expected($"another {quote}"));
        }

        return name.ToString();
    }

    private string ReadWhile(Func<char, bool> isPart)
    {
        var from = _at;
        while (_at < text.Length && isPart(text[_at]))
        {
            _at++;
        }

        return text[from.._at];
    }

    private bool Take(char wanted)
    {
        var isThere = Current == wanted;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void Close()
    {
        if (!Take(']'))
        {
            throw Expected("']'");
        }
    }

    private void AppendName(string name, bool descends)
    {
        _steps.Add(new(descends ? PathStepKind.Descendant : PathStepKind.Member, name));
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

internal readonly record struct PathStep(PathStepKind Kind, string Name = "", int Index = 0);

internal enum PathStepKind
{
    Member,

    /// <summary>A member of this name at any depth.</summary>
    Descendant,

    AllMembers,
    Element,
    AllElements,
}
