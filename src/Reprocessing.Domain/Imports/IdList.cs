namespace Reprocessing.Domain.Imports;

/// <summary>
/// Ids as people have them: a line each; the column of a CSV, which its header names; or JSON, alone or in the objects that name them, as lists of the
/// API and the command line do. What names no ids is refused: a cell that happens to stand there is not what somebody meant.
/// </summary>
public sealed record IdList(IReadOnlyList<string> Ids, int Repeated)
{
    /// <summary>What a column or member with ids of orders is called, the surest name first. Letter case, <c>_</c>, <c>-</c> and spaces do not matter.</summary>
    public static IReadOnlyList<string> OfOrders { get; } = ["orderId", "id"];

    public static IReadOnlyList<string> OfWorkflows { get; } = ["instanceId", "workflowId", "id"];

    public static (IdList? List, string? Problem) Read(string text, IReadOnlyList<string> names)
    {
        try
        {
            var plain = text.TrimStart('\uFEFF');
            var read = plain.TrimStart() is ['[' or '{', ..] ? ReadJson(plain, names) : ReadLines(plain, names);
            foreach (var (id, place) in read)
            {
                if (Identifiers.Problem(id) is { } problem)
                {
                    return (null, $"{place}: the id {problem}.");
                }
            }

            List<string> ids = [.. read.Select(one => one.Id).Distinct(StringComparer.Ordinal)];
            return ids.Count == 0 ? (null, "There are no ids in it.") : (new(ids, read.Count - ids.Count), null);
        }
        catch (FormatException e)
        {
            return (null, e.Message);
        }
    }

    private static List<(string Id, string Place)> ReadJson(string text, IReadOnlyList<string> names)
    {
        List<JsonElement> items = [];
        try
        {
            // A list, lines of JSON, or one item that is written over several lines.
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = StrictJson.MaxDepth });
            while (reader.Read())
            {
                var value = JsonElement.ParseValue(ref reader);
                items.AddRange(value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value]);
            }
        }
        catch (JsonException e)
        {
            throw new FormatException($"It begins like JSON and is none: {e.Message}");
        }

        return [.. items.Select((item, index) => (IdOf(item, names) ?? throw new FormatException($"Item {index + 1} is no id and has no text under {Or(names)}."), $"Item {index + 1}"))];
    }

    private static string? IdOf(JsonElement item, IReadOnlyList<string> names) => item.ValueKind switch
    {
        JsonValueKind.String => item.GetString(),
        JsonValueKind.Object => names.Select(name => item.EnumerateObject().FirstOrDefault(member => IsNamed(member.Name, name)).Value)
            .FirstOrDefault(value => value.ValueKind == JsonValueKind.String) is { ValueKind: JsonValueKind.String } id ? id.GetString() : null,
        _ => null,
    };

    private static List<(string Id, string Place)> ReadLines(string lines, IReadOnlyList<string> names)
    {
        List<(string Id, string Place)> read = [];
        var (column, width) = (-1, 1);
        foreach (var (line, record) in Records(lines))
        {
            var fields = CsvText.Split(record);
            if (column < 0)
            {
                (column, width) = (ColumnOf(fields, names), fields.Count);
                if (column >= 0)
                {
                    continue;
                }

                column = width == 1 && !IsHeading(fields[0]) ? 0 : throw new FormatException($"The first line names no column of ids. {Expected(names)}");
            }

            var text = record.Trim();
            var looksLikeTable = width == 1 && text[0] != '"' && (text.IndexOfAny(['\t', ';']) >= 0 || text.Contains("  ", StringComparison.Ordinal));
            read.Add(fields.Count == width && !looksLikeTable
                ? (fields[column].Trim(), $"Line {line}")
                : throw new FormatException($"Line {line} is no id, or has another number of fields than the first line. {Expected(names)}"));
        }

        return read;
    }

    private static IEnumerable<(int Line, string Record)> Records(string text)
    {
        var (bytes, at, line) = (Encoding.UTF8.GetBytes(text), 0, 1);
        while (at < bytes.Length)
        {
            var scan = RecordScanner.Scan(bytes.AsSpan(at), ImportFormat.Csv, isEnd: true, RecordReader.MaxRecordBytes);
            if (scan.Fault is not null)
            {
                throw new FormatException($"Line {line} cannot be read: its quotes do not match, or it is too long.");
            }

            if (Encoding.UTF8.GetString(bytes, at, scan.Length) is var record && !string.IsNullOrWhiteSpace(record))
            {
                yield return (line, record);
            }

            (at, line) = (at + scan.Consumed, line + scan.Lines);
        }
    }

    private static int ColumnOf(IReadOnlyList<string> fields, IReadOnlyList<string> names) =>
        names.Select(name => fields.ToList().FindIndex(field => IsNamed(field, name))).FirstOrDefault(index => index >= 0, -1);

    /// <summary>A column of something else is not an id by chance.</summary>
    private static bool IsHeading(string field) => ImportColumns.Find(field) is not null || OfOrders.Concat(OfWorkflows).Any(name => IsNamed(field, name));

    private static bool IsNamed(string written, string name) => ImportColumns.Plain(written) is var plain && (plain == ImportColumns.Plain(name) || plain == ImportColumns.Plain(name) + "s");

    private static string Expected(IReadOnlyList<string> names) => $"Give an id a line, or a CSV whose header names {Or(names)}; an id with a comma, a semicolon or a tab stands in quotes.";

    private static string Or(IReadOnlyList<string> names) => $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
}
