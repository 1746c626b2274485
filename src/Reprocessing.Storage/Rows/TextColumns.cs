namespace Reprocessing.Storage.Rows;

/// <summary>A text that may be longer than a column. A short one stands in its column, readable.</summary>
/// <remarks>
/// Of a longer one the UTF-8 bytes fill <c>Name0</c>, <c>Name1</c>, ... and the column itself says how many there are (<c>#3</c>), so that parts left over
/// from a still longer text are never read.
/// </remarks>
internal static class TextColumns
{
    /// <summary>A string column holds 64 KiB of UTF-16.</summary>
    public const int MaxChars = 30_000;

    private const int PartBytes = 60 * 1_024;

    public static void Write(TableEntity row, string name, string text)
    {
        if (text.Length <= MaxChars)
        {
            row[name] = text;
            return;
        }

        var parts = Encoding.UTF8.GetBytes(text).Chunk(PartBytes).ToList();
        row[name] = string.Create(CultureInfo.InvariantCulture, $"#{parts.Count}");
        for (var index = 0; index < parts.Count; index++)
        {
            row[Part(name, index)] = parts[index];
        }
    }

    public static string Read(TableEntity row, string name)
    {
        var text = row[name] as string ?? throw row.Lacks(name);
        if (!text.StartsWith('#'))
        {
            return text;
        }

        if (!int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} has a {name} that cannot be read.");
        }

        using var bytes = new MemoryStream();
        for (var index = 0; index < count; index++)
        {
            var part = row[Part(name, index)] as byte[]
                ?? throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} lacks part {index} of {name}.");
            bytes.Write(part);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static IEnumerable<string> Names(string name, int parts) =>
        Enumerable.Range(0, parts).Select(index => Part(name, index)).Prepend(name);

    private static string Part(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}{index}");
}
