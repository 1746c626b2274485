namespace Reprocessing.Storage.Transfers;

/// <summary>The rows of a transfer's pages, by their numbers.</summary>
internal static class PageRows
{
    /// <summary>Pages read at once for the records that they have left out.</summary>
    public const int LeftOutPages = 10;

    private const string Prefix = "g|";

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D7}");

    public static int NumberOf(TableEntity row) => int.Parse(row.RowKey.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    public static KeyRange Range(string id, string? condition = null) => new(id, Prefix, Condition: condition);
}
