using System.Diagnostics.CodeAnalysis;
using Reprocessing.Domain.Filters.Syntax;

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
