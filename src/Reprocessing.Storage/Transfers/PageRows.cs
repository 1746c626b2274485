namespace Reprocessing.Storage.Transfers;

internal static class PageRows
{
    public const int LeftOutPages = 10;

    private const string Prefix = "g|";

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D7}");

    public static int NumberOf(TableEntity row) => int.Parse(row.RowKey.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    public static KeyRange Range(string id, string? condition = null) => new(id, Prefix, Condition: condition);
}
