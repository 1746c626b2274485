namespace Reprocessing.Domain.Filters.Syntax;

/// <summary>Words with a meaning of their own, in any letter case. As a value each must be quoted.</summary>
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

    /// <summary>These are values, and keywords only after IS or beside a JSONPath.</summary>
    public const string Null = "NULL";
    public const string True = "TRUE";
    public const string False = "FALSE";

    private static readonly HashSet<string> All =
        new(StringComparer.OrdinalIgnoreCase) { And, Or, Not, In, Contains, StartsWith, "STARTS_WITH", Between, Is };

    public static bool Have(string word) => All.Contains(word);
}
