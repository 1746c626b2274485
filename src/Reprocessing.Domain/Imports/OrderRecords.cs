namespace Reprocessing.Domain.Imports;

/// <summary>Parses records into orders. A CSV record is converted to the JSON object of a JSON line, so both follow the same rules.</summary>
public sealed class OrderRecords(CsvHeader? header)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = StrictJson.MaxDepth };

    public (ImportedOrder? Order, Rejection? Rejection) Read(RawRecord record)
    {
        if (record.Fault is { } fault)
        {
            return (null, new(fault, Describe(fault)));
        }

        if (RecordText.Decode(record.Content.Span) is not { } text)
        {
            return (null, new(RejectReason.InvalidUtf8, Describe(RejectReason.InvalidUtf8)));
        }

        try
        {
            return header is null ? OrderObject.Read(ParseObject(text, "The line")) : ReadCsv(header, CsvText.Split(text));
        }
        catch (JsonException e)
        {
            return (null, new(RejectReason.InvalidJson, e.Message));
        }
    }

    private static (ImportedOrder? Order, Rejection? Rejection) ReadCsv(CsvHeader header, IReadOnlyList<string> fields)
    {
        if (fields.Count != header.Columns.Count)
        {
            return (null, new(RejectReason.WrongFieldCount, $"The record has {fields.Count} fields, the header {header.Columns.Count}."));
        }

        var order = new JsonObject();
        JsonObject? item = null;
        foreach (var (column, text) in header.Columns.Zip(fields).Where(cell => cell.Second.Length > 0))
        {
            switch (column)
            {
                case ImportColumns.Items:
                    order[ImportColumns.Items] = Parse(text, column);
                    break;
                case ImportColumns.Extra:
                    Merge(order, ParseObject(text, $"The column '{column}'"), column, ImportColumns.Members);
                    break;
                case ImportColumns.ShippingExtra:
                    Merge(Below(order, "shipping"), ParseObject(text, $"The column '{column}'"), column, ImportColumns.ShippingMembers);
                    break;
                case ImportColumns.Sku or ImportColumns.Quantity or ImportColumns.Weight:
                    (item ??= [])[column["item.".Length..]] = column == ImportColumns.Sku ? text : Number(text);
                    break;
                default:
                    var path = column.Split('.');
                    path[..^1].Aggregate(order, Below)[path[^1]] = text;
                    break;
            }
        }

        if (item is not null)
        {
            order[ImportColumns.Items] = new JsonArray(item);
        }

        // The columns together follow the rule too: names may differ in letter case only, and JSON in a cell is deeper in the order than in its cell.
        return OrderObject.Read(ParseObject(order.ToJsonString(), "The record"));
    }

    /// <summary>Text that is not a number stays text and is reported as a value of the wrong type.</summary>
    private static JsonValue Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number.Scale == 0 ? decimal.Truncate(number) : number)
            : JsonValue.Create(text);

    private static JsonObject Below(JsonObject order, string name)
    {
        if (order[name] is not JsonObject below)
        {
            order[name] = below = [];
        }

        return below;
    }

    /// <summary>What has a column of its own further members cannot say. But that a text is empty no column can say: an export puts it here.</summary>
    private static void Merge(JsonObject into, JsonObject members, string column, IReadOnlyCollection<string> known)
    {
        foreach (var (name, value) in members)
        {
            var isEmptyText = value is JsonValue text && text.TryGetValue<string>(out var said) && said.Length == 0 && known.Contains(name);
            if ((known.Contains(name, StringComparer.OrdinalIgnoreCase) && !isEmptyText) || into.ContainsKey(name))
            {
                throw new JsonException($"The column '{column}' cannot say '{name}', which has a column of its own.");
            }

            into[name] = value?.DeepClone();
        }
    }

    private static JsonObject ParseObject(string text, string what) =>
        Parse(text, what) as JsonObject ?? throw new JsonException($"{what} is not a JSON object.");

    private static JsonNode? Parse(string text, string what)
    {
        string? fault;
        try
        {
            fault = StrictJson.FindFault(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException e)
        {
            throw new JsonException($"{what} is not valid JSON: {e.Message}");
        }

        return fault is null ? JsonNode.Parse(text, documentOptions: Strict) : throw new JsonException($"{what} {fault}.");
    }

    private static string Describe(RejectReason fault) => fault switch
    {
        RejectReason.UnterminatedQuote => "A quote opens a field on this line and is never closed.",
        RejectReason.MalformedQuote => "A quote stands within an unquoted field, or text follows the quote that closes one.",
        RejectReason.RecordTooLarge => $"The record is larger than {RecordReader.MaxRecordBytes} bytes.",
        _ => "The record is not UTF-8.",
    };
}
