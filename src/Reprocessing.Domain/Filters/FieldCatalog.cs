namespace Reprocessing.Domain.Filters;

/// <summary>The fields of one kind of item. A filter is parsed against one catalog.</summary>
public sealed class FieldCatalog
{
    private readonly Dictionary<string, FilterField> _byName = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">A name is used twice or is a keyword, or a choice would need quotes.</exception>
    public FieldCatalog(string what, IReadOnlyList<FilterField> fields, bool hasPayload = true)
    {
        What = what;
        Fields = fields;
        HasPayload = hasPayload;
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

    public bool HasPayload { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out FilterField? field) => _byName.TryGetValue(Level(name), out field);

    public string? Nearest(string name) => NearMatch.Find(Level(name), _byName.Keys) is { } key ? _byName[key].Name : null;

    /// <summary><c>error_type</c>, <c>ErrorType</c> and <c>error-type</c> are the same name.</summary>
    internal static string Level(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}

/// <summary>A field that a filter may use. Compared by reference.</summary>
public class FilterField(string name, FieldKind kind)
{
    /// <summary>In camelCase, as the canonical form writes it.</summary>
    public string Name { get; } = name;

    public FieldKind Kind { get; } = kind;

    /// <summary>Further accepted names. Letter case, underscores and hyphens never matter.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public IReadOnlyList<string> Choices { get => ChoicesNow?.Invoke() ?? field; init; } = [];

    /// <summary>Where settings may add choices.</summary>
    public Func<IReadOnlyList<string>>? ChoicesNow { get; init; }

    /// <summary>The field from which a duration is measured. A subject is asked only for that field, and storage can compare it.</summary>
    public FilterField? Since { get; init; }

    public override string ToString() => Name;
}

public sealed class FilterField<TItem>(string name, FieldKind kind, Func<TItem, FilterValue?> read) : FilterField(name, kind)
{
    public FilterValue? Read(TItem item) => read(item);
}

public enum FieldKind
{
    /// <summary>Compared ordinally; only CONTAINS ignores case.</summary>
    Text,

    Number,

    /// <summary>An instant: an ISO date or time (UTC unless it has an offset), or relative: <c>now-2h</c>.</summary>
    Time,

    /// <summary><c>2h</c>, <c>30m</c>, <c>1d 6h</c>.</summary>
    Duration,

    /// <summary>One of a few words, in any letter case.</summary>
    Choice,

    /// <summary>Several texts in one, which only CONTAINS can search.</summary>
    Search,
}
