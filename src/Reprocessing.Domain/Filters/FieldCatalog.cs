namespace Reprocessing.Domain.Filters;

/// <summary>The fields of one kind of item. A filter is parsed against one catalog.</summary>
/// <exception cref="ArgumentException">A name is used twice or is a keyword, or a choice would need quotes.</exception>
public sealed class FieldCatalog(string what, IReadOnlyList<FilterField> fields, bool hasPayload = true)
{
    private readonly Dictionary<string, FilterField> _byName = ByName(fields);

    public string What => what;

    public IReadOnlyList<FilterField> Fields => fields;

    public bool HasPayload => hasPayload;

    public bool TryGet(string name, [NotNullWhen(true)] out FilterField? field) => _byName.TryGetValue(Level(name), out field);

    public string? Nearest(string name) => NearMatch.Find(Level(name), _byName.Keys) is { } key ? _byName[key].Name : null;

    /// <summary><c>error_type</c>, <c>ErrorType</c> and <c>error-type</c> are the same name.</summary>
    internal static string Level(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static Dictionary<string, FilterField> ByName(IReadOnlyList<FilterField> fields)
    {
        Dictionary<string, FilterField> byName = new(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            foreach (var name in field.Aliases.Prepend(field.Name))
            {
                if (!IsUsable(name) || !byName.TryAdd(Level(name), field))
                {
                    throw new ArgumentException($"The field name '{name}' is taken, a keyword or no word.", nameof(fields));
                }
            }

            if (field.Choices.FirstOrDefault(choice => !IsUsable(choice)) is { } unusable)
            {
                throw new ArgumentException($"The choice '{unusable}' of '{field.Name}' is a keyword or no word.", nameof(fields));
            }
        }

        return byName;
    }

    private static bool IsUsable(string word) => Lexer.IsBareWord(word) && !Keywords.Have(word);
}

/// <summary>A field that a filter may use. Compared by reference.</summary>
/// <param name="read">The item's value: a text or a choice is a <see cref="FilterValue.Text"/>, and an item without one has null.</param>
public sealed class FilterField(string name, FieldKind kind, Func<object, FilterValue?>? read = null)
{
    public string Name => name;

    public FieldKind Kind => kind;

    /// <summary>Further accepted names. Letter case, underscores and hyphens never matter.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public IReadOnlyList<string> Choices { get => ChoicesNow?.Invoke() ?? field; init; } = [];

    /// <summary>Where settings may add choices.</summary>
    public Func<IReadOnlyList<string>>? ChoicesNow { get; init; }

    /// <summary>The field from which a duration is measured. Only that one is read, and storage can compare it.</summary>
    public FilterField? Since { get; init; }

    public override string ToString() => Name;

    internal FilterValue? Read(object item) => read?.Invoke(item);
}

internal static class FieldsOf<TItem>
{
    public static FilterField Text(string name, Func<TItem, string?> read, params IReadOnlyList<string> aliases) =>
        new(name, FieldKind.Text, From(item => Of(read(item)))) { Aliases = aliases };

    public static FilterField Number(string name, Func<TItem, int> read, params IReadOnlyList<string> aliases) =>
        new(name, FieldKind.Number, From(item => new FilterValue.Number(read(item)))) { Aliases = aliases };

    public static FilterField Time(string name, Func<TItem, DateTimeOffset?> read, params IReadOnlyList<string> aliases) =>
        new(name, FieldKind.Time, From(item => read(item) is { } at ? new FilterValue.Time(at) : null)) { Aliases = aliases };

    public static FilterField Choice(string name, Func<TItem, string?> read, IReadOnlyList<string> choices, params IReadOnlyList<string> aliases) =>
        new(name, FieldKind.Choice, From(item => Of(read(item)))) { Choices = choices, Aliases = aliases };

    public static FilterField Choice<TEnum>(string name, Func<TItem, TEnum?> read, params IReadOnlyList<string> aliases)
        where TEnum : struct, Enum =>
        Choice(name, item => read(item) is { } value ? EnumNames.Of(value) : null, EnumNames.All<TEnum>(), aliases);

    public static FilterField Choice(string name, Func<TItem, string?> read, Func<IReadOnlyList<string>> choicesNow, params IReadOnlyList<string> aliases) =>
        new(name, FieldKind.Choice, From(item => Of(read(item)))) { ChoicesNow = choicesNow, Aliases = aliases };

    /// <summary>All text of the item that people write or read.</summary>
    public static FilterField Search(Func<TItem, IEnumerable<string?>> read) =>
        new("text", FieldKind.Search, From(item => Of(string.Join('\n', read(item)))));

    /// <summary>An item of another kind has no value.</summary>
    private static Func<object, FilterValue?> From(Func<TItem, FilterValue?> read) => item => item is TItem typed ? read(typed) : null;

    private static FilterValue.Text? Of(string? text) => text is null ? null : new(text);
}

public enum FieldKind
{
    /// <summary>Compared ordinally; only CONTAINS ignores case.</summary>
    Text,

    Number,

    /// <summary>An instant: an ISO date or time (UTC unless it has an offset), or relative: <c>now-2h</c>.</summary>
    Time,

    Duration,
    Choice,

    /// <summary>Several texts in one, which only CONTAINS can search.</summary>
    Search,
}
