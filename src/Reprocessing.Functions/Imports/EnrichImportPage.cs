namespace Reprocessing.Functions.Imports;

/// <summary>Looks up what belongs to a page's orders and keeps it, or why the lookup failed, beside the page. A service that is down is not asked for the whole page.</summary>
internal sealed class EnrichImportPage(
    ImportSource source, ImportPages pages, EnrichmentLookup lookup, PageWatch watch, IOptions<ImportOptions> options,
    ILogger<EnrichImportPage> logger)
{
    private const int FailuresInARow = 20;

    [Function(nameof(EnrichImportPage))]
    public Task<int> RunAsync([ActivityTrigger] ImportPageWork work, CancellationToken cancellationToken) => watch.RunAsync(
        work, nameof(EnrichImportPage), (import, progress, token) => EnrichAsync(import, work, progress, token), cancellationToken);

    private async Task<int> EnrichAsync(ImportRecord import, ImportPageWork work, PageProgress progress, CancellationToken cancellationToken)
    {
        var (orders, _) = await source.ReadPageAsync(import, work, cancellationToken);
        var found = new ConcurrentDictionary<long, JsonElement>();
        var (done, failures, failed, fault) = (0, 0, 0, (string?)null);
        await Parallel.ForEachAsync(
            orders.GroupBy(order => lookup.AddressOf(order.Order.Input)),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.EnrichmentParallelism, CancellationToken = cancellationToken },
            async (asked, token) =>
            {
                var answer = Volatile.Read(ref failures) >= FailuresInARow
                    ? new(null, $"The lookup was not made: {FailuresInARow} in a row had failed.")
                    : await lookup.AskAsync(asked.Key, token);
                Interlocked.Exchange(ref failures, answer.Fault is not null ? Volatile.Read(ref failures) + 1 : 0);
                if (answer.Fault is not null)
                {
                    Interlocked.Add(ref failed, asked.Count());
                    Interlocked.CompareExchange(ref fault, answer.Fault, null);
                }

                if (answer.Kept is { } kept)
                {
                    foreach (var order in asked.Where(order => Enrichment.Fits(order.Order.Input, kept)))
                    {
                        found[order.Line] = kept;
                    }
                }

                await progress.ReportAsync(Interlocked.Add(ref done, asked.Count()), orders.Count, token);
            });
        if (fault is not null)
        {
            logger.LookupsFailed(work.ImportId, work.Number, failed, fault);
        }

        await pages.SaveLookupsAsync(work.ImportId, work.Number, found, cancellationToken);
        return found.Values.Count(kept => kept.ValueKind == JsonValueKind.Object);
    }
}

/// <summary>That there is nothing to know is an answer, and no <paramref name="Fault"/>, which may be logged.</summary>
internal sealed record LookupResponse(JsonElement? Found, string? Fault = null)
{
    public string? Said { get; init; }

    public JsonElement? Kept => Fault is null ? Found : JsonSerializer.SerializeToElement(Said ?? Fault);
}

internal sealed class EnrichmentLookup(OutgoingHttp http, IOptions<ImportOptions> options)
{
    /// <summary>It becomes part of the order, which is bounded.</summary>
    public const int MaxBytes = 16 * 1024;

    private const string Who = "The lookup";

    public Uri? AddressOf(OrderInput order) => OutgoingAddressAttribute.Fill(
        options.Value.EnrichmentUrl ?? string.Empty, ("orderId", order.OrderId), ("customerId", order.CustomerId));

    public async Task<LookupResponse> AskAsync(Uri? address, CancellationToken cancellationToken)
    {
        if (address is null)
        {
            return new(null, $"{Who} cannot be made: the order's ids cannot be part of its address.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var reply = await http.SendAsync(Who, request, options.Value.EnrichmentTimeout, MaxBytes, cancellationToken);
        return reply.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.NoContent ? new(null)
            : !reply.IsSuccess ? new(null, reply.Reason) { Said = reply.Said.Reason }
            // It becomes a member of the order, which is one level deeper.
            : StrictJson.TryParse(reply.Body.Span, StrictJson.MaxDepth - 1) is { ValueKind: JsonValueKind.Object } found ? new(found)
            : new(null, $"{Who} answered no JSON object that keeps to the rules.");
    }
}

internal static class Enrichment
{
    private const string Flag = "enriched";
    private const string Content = "enrichment";
    private const string Error = "enrichmentError";

    public static OrderInput Add(OrderInput order, JsonElement? kept)
    {
        var extension = Without(order);
        extension[Flag] = JsonSerializer.SerializeToElement(kept is { ValueKind: JsonValueKind.Object });
        if (kept is { } content)
        {
            extension[content.ValueKind == JsonValueKind.Object ? Content : Error] = content;
        }

        return order with { Extension = extension };
    }

    /// <summary>What makes an order too large is left out: the order is worth more than what there is to know about it.</summary>
    public static bool Fits(OrderInput order, JsonElement found) =>
        JsonSerializer.SerializeToUtf8Bytes(Add(order, found), AppJson.Responses).Length <= OrderInputRules.MaxBytes;

    /// <summary>The same order, whatever the lookups gave when each of the two came in.</summary>
    public static bool IsSame(OrderInput one, OrderInput other) => JsonElement.DeepEquals(Plain(one), Plain(other));

    private static JsonElement Plain(OrderInput order) =>
        JsonSerializer.SerializeToElement(order with { Extension = Without(order) }, AppJson.Responses);

    private static Dictionary<string, JsonElement> Without(OrderInput order) =>
        (order.Extension ?? []).Where(member => member.Key is not (Flag or Content or Error)).ToDictionary(StringComparer.Ordinal);
}
