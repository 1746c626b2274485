namespace Reprocessing.Storage.Rows;

/// <summary>What a column holds, where rows may lack it.</summary>
internal static class RowColumns
{
    public static int Number(this TableEntity row, string name) => row.GetInt32(name) ?? 0;

    public static string Text(this TableEntity row, string name) => row.GetString(name) ?? string.Empty;

    /// <summary>Null when there is none that this version knows.</summary>
    public static T? EnumOf<T>(this TableEntity row, string name)
        where T : struct, Enum => EnumNames.TryParse<T>(row.GetString(name), out var value) ? value : null;

    public static string Required(this TableEntity row, string name) => row.GetString(name) ?? throw row.Lacks(name);

    public static BrokenRowException Lacks(this TableEntity row, string name) => new($"Row {row.PartitionKey}/{row.RowKey} has no {name}.");
}
