namespace Embedded.DataTables.Protocol;

/// <summary>Where a query goes on: the service's two headers in one text, each escaped since a key may hold the space between them.</summary>
internal static class ContinuationToken
{
    public static string? Create(string? nextPartition, string? nextRow) => nextPartition is null && nextRow is null
        ? null
        : $"{Uri.EscapeDataString(nextPartition ?? "")} {Uri.EscapeDataString(nextRow ?? "")}";

    public static string ToQuery(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return "";
        }

        var parts = token.Split(' ', 2);
        var row = parts.Length > 1 && parts[1].Length > 0 ? $"&NextRowKey={parts[1]}" : "";
        return $"&NextPartitionKey={parts[0]}{row}";
    }
}
