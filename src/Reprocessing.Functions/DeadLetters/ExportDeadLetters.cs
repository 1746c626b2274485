namespace Reprocessing.Functions.DeadLetters;

internal sealed class DeadLetterExportFunctions(IDeadLetters deadLetters, TimeProvider time)
{
    private static readonly DeadLetterExportRequest Query = new() { Filter = "errorType = timeout AND $.customer.tier = 'gold'", Format = ImportFormat.Csv };

    private static IReadOnlyList<string> Resolutions => DeadLetterFilters.Resolutions;

    [Function(nameof(ExportDeadLetters))]
    [Endpoint("dead letters", "Dead letters as a file, newest first, sent as they are read.", IsLong = true,
        Description = "JSON lines have whole entries. In CSV a text that a spreadsheet would take for a formula stands behind an apostrophe.")]
    [Parameter("format", "jsonl unless said.", OneOf = typeof(ImportFormat))]
    [Parameter("filter", "Only entries that match.")]
    [Parameter("resolution", "Only open entries unless said.", Values = nameof(Resolutions))]
    [Response(200, "The file.", null, MediaType = "application/x-ndjson")]
    [Response(200, "The file.", null, MediaType = "text/csv")]
    [Refuses("invalid_parameter", "invalid_filter")]
    public Task<HttpResponseData> ExportDeadLetters(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        FileAsync(
            request, request.QueryEnum<ImportFormat>("format"), now => DeadLetterFilters.ReadQuery(request, now), cancellationToken);

    [Function(nameof(QueryDeadLetterExport))]
    [Endpoint("dead letters", "Dead letters as a file, by a filter that is too long for an address.", Role = Role.Viewer, IsLong = true)]
    [Body(typeof(DeadLetterExportRequest), Example = nameof(Query))]
    [Response(200, "The file.", null, MediaType = "application/x-ndjson")]
    [Response(200, "The file.", null, MediaType = "text/csv")]
    [Refuses("invalid_filter")]
    public async Task<HttpResponseData> QueryDeadLetterExport(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/exports/dead-letters/query")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var asked = await request.ReadBodyAsync<DeadLetterExportRequest>(cancellationToken);
        return await FileAsync(request, asked.Format, now => DeadLetterFilters.ToQuery(asked.Filter, asked.Resolution, now), cancellationToken);
    }

    private Task<HttpResponseData> FileAsync(
        HttpRequestData request, ImportFormat? asked, Func<DateTimeOffset, DeadLetterQuery> read, CancellationToken cancellationToken)
    {
        var (now, format) = (time.GetUtcNow(), asked ?? ImportFormat.JsonLines);
        var query = read(now);
        var name = string.Create(CultureInfo.InvariantCulture, $"dead-letters-{now.UtcDateTime:yyyyMMdd-HHmmss}.{EnumNames.Of(format)}");
        var type = format == ImportFormat.Csv ? FileResponse.CsvType : $"{FileResponse.JsonLinesType}; charset=utf-8";
        return request.FileAsync(type, name, cancel => RowsAsync(format, query, cancel), cancellationToken);
    }

    private async IAsyncEnumerable<string> RowsAsync(
        ImportFormat format, DeadLetterQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (format == ImportFormat.Csv)
        {
            yield return DeadLetterCsv.Header;
        }

        await foreach (var entry in deadLetters.ReadAsync(query, cancellationToken))
        {
            yield return format == ImportFormat.Csv ? DeadLetterCsv.Write(entry) : JsonSerializer.Serialize(entry, AppJson.Responses) + "\n";
        }
    }
}

internal sealed record DeadLetterExportRequest : DeadLetterQueryRequest
{
    [Description("jsonl unless said.")]
    public ImportFormat? Format { get; init; }
}

/// <summary>A record an entry by RFC 4180, without its attempts and with its notes in one text.</summary>
internal static class DeadLetterCsv
{
    /// <summary>People's sheets refer to columns by place: a new one comes at the end.</summary>
    private static readonly (string Name, Func<DeadLetterEntry, object?> Value)[] Columns =
    [
        ("orderId", entry => entry.OrderId),
        ("customerId", entry => entry.CustomerId),
        ("finalFailureStatus", entry => entry.FinalFailureStatus),
        ("errorType", entry => EnumNames.Of(entry.ErrorType)),
        ("finalFailureReason", entry => entry.FinalFailureReason),
        ("fingerprint", entry => entry.Fingerprint),
        ("failedAt", entry => entry.FailedAt),
        ("movedToQueueAt", entry => entry.MovedToQueueAt),
        ("totalRetryAttempts", entry => entry.TotalRetryAttempts),
        ("reopenCount", entry => entry.ReopenCount),
        ("resolution", entry => entry.Resolution is { } resolution ? EnumNames.Of(resolution) : null),
        ("resolvedAt", entry => entry.ResolvedAt),
        ("resolvedBy", entry => entry.ResolvedBy),
        ("runId", entry => entry.RunId),
        ("movedBy", entry => entry.MovedBy),
        ("originalWorkflowId", entry => entry.OriginalWorkflowId),
        ("priority", entry => EnumNames.Of(entry.OrderSnapshot.Priority)),
        ("promisedDeliveryAt", entry => entry.OrderSnapshot.PromisedDeliveryAt),
        ("itemCount", entry => entry.OrderSnapshot.ItemCount),
        ("totalWeight", entry => entry.OrderSnapshot.TotalWeight),
        ("shippingCity", entry => entry.OrderSnapshot.ShippingCity),
        ("shippingState", entry => entry.OrderSnapshot.ShippingState),
        ("notes", entry => string.Join('\n', entry.Notes.Select(note => note.Author.Length == 0 ? note.Text : $"{note.Author}: {note.Text}"))),
    ];

    public static string Header { get; } = CsvText.Join(Columns.Select(column => column.Name));

    public static string Write(DeadLetterEntry entry) => CsvText.Join(Columns.Select(column => Field(column.Value(entry))));

    private static string? Field(object? value) => value switch
    {
        DateTimeOffset at => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string?)value,
    };
}
