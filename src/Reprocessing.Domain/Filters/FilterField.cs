namespace Reprocessing.Domain.Filters;

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
