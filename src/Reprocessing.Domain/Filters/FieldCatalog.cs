using System.Diagnostics.CodeAnalysis;

namespace Reprocessing.Domain.Filters;

/// <summary>The fields of one kind of item. A filter is read against one catalog, and never names anything else.</summary>
public sealed class FieldCatalog
{
    private readonly Dictionary<string, FilterField> _byName = new(StringComparer.Ordinal);

    /// <param name="what">What the items are, for messages: <c>dead letters</c>.</param>
    /// <exception cref="ArgumentException">Two fields share a name, a name is a keyword, or a choice could not be written bare.</exception>
    public FieldCatalog(string what, IReadOnlyList<FilterField> fields)
    {
        What = what;
        Fields = fields;
        foreach (var field in fields)
        {
            foreach (var name in field.Aliases.Prepend(field.Name))
            {
                if (!Lexer.IsBareWord(name) || Keywords.Have(name) || !_byName.TryAdd(Level(name), field))
                {
                    throw new ArgumentException($"The field name '{name}' is taken, a keyword or no word.", nameof(fields));
                }
            }

            if (field.Choices.FirstOrDefault(choice => !Lexer.IsBareWord(choice) || Keywords.Have(choice)) is { } unusable)
            {
                throw new ArgumentException($"The choice '{unusable}' of '{field.Name}' is a keyword or no word.", nameof(fields));
            }
        }
    }

    public string What { get; }

    public IReadOnlyList<FilterField> Fields { get; }

    /// <summary>Finds a field by any of its names, whatever their letter case, underscores and hyphens.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out FilterField? field) => _byName.TryGetValue(Level(name), out field);

    /// <summary>The field name that was probably meant; null when none is near.</summary>
    public string? Nearest(string name) => NearMatch.Find(Level(name), _byName.Keys) is { } key ? _byName[key].Name : null;

    /// <summary><c>error_type</c>, <c>ErrorType</c> and <c>error-type</c> are one name.</summary>
    internal static string Level(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}

/// <summary>A field that a filter may name. Two fields are the same when they are the same object.</summary>
public sealed class FilterField(string name, FieldKind kind)
{
    /// <summary>As the canonical form writes it, in camelCase.</summary>
    public string Name { get; } = name;

    public FieldKind Kind { get; } = kind;

    /// <summary>Other names that are read. Letter case, underscores and hyphens never matter and need no alias.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>All values of a <see cref="FieldKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>
    /// Of a duration that is the time since another field, that field: a subject is asked for it alone, and what is stored of
    /// it can be compared in storage.
    /// </summary>
    public FilterField? Since { get; init; }

    public override string ToString() => Name;
}

/// <summary>What a field holds, and so what it may be compared with.</summary>
public enum FieldKind
{
    /// <summary>Compared exactly, ordinally; only CONTAINS passes over case.</summary>
    Text,

    Number,

    /// <summary>An instant; written as an ISO date or time (UTC unless it says otherwise), or from now: <c>now-2h</c>.</summary>
    Time,

    /// <summary>Written as <c>2h</c>, <c>30m</c>, <c>1d 6h</c>.</summary>
    Duration,

    /// <summary>One of a few words, in any letter case.</summary>
    Choice,

    /// <summary>Many texts in one, which can only be searched: CONTAINS.</summary>
    Search,
}
