namespace ReprocessingFunctions.Imports;

/// <summary>
/// Looks up what belongs to the orders of a page and keeps it beside the page, under the line of each. A lookup that gives
/// nothing is left out; a service that is down is not asked for the whole page.
/// </summary>
internal sealed class EnrichImportPage(
    ImportSource source, ImportPages pages, EnrichmentLookup lookup, PageWatch watch, IOptions<ImportOptions> options)
{
    /// <summary>So many failures in a row, and the rest of the page is stored without asking.</summary>
    private const int FailuresInARow = 20;

    /// <returns>How many lookups gave something.</returns>
    [Function(nameof(EnrichImportPage))]
    public Task<int> RunAsync([ActivityTrigger] ImportPageWork work, CancellationToken cancellationToken) => watch.RunAsync(
        work, nameof(EnrichImportPage), (import, progress, token) => EnrichAsync(import, work, progress, token), cancellationToken);

    private async Task<int> EnrichAsync(ImportRecord import, ImportPageWork work, PageProgress progress, CancellationToken cancellationToken)
    {
        var (orders, _) = await source.ReadPageAsync(import, work, cancellationToken);
        var found = new ConcurrentDictionary<long, JsonElement>();
        var (done, failures) = (0, 0);
        await Parallel.ForEachAsync(
            orders.GroupBy(order => lookup.AddressOf(order.Order.Input)),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.EnrichmentParallelism, CancellationToken = cancellationToken },
            async (asked, token) =>
            {
                var answer = Volatile.Read(ref failures) >= FailuresInARow ? LookupResponse.Failed : await lookup.AskAsync(asked.Key, token);
                Interlocked.Exchange(ref failures, answer.IsFailure ? Volatile.Read(ref failures) + 1 : 0);
                foreach (var order in asked.Where(order => answer.Found is { } content && Enrichment.Fits(order.Order.Input, content)))
                {
                    found[order.Line] = answer.Found!.Value;
                }

                await progress.ReportAsync(Interlocked.Add(ref done, asked.Count()), orders.Count, token);
            });
        await pages.SaveLookupsAsync(work.ImportId, work.Number, found, cancellationToken);
        return found.Count;
    }
}

/// <param name="IsFailure">The service gave no answer, or none that can be used; that there is nothing to know is an answer.</param>
internal sealed record LookupResponse(JsonElement? Found, bool IsFailure = false)
{
    public static LookupResponse Failed { get; } = new(null, IsFailure: true);
}

/// <summary>Asks the service of setting <c>ImportEnrichmentUrl</c>: a GET that answers a JSON object.</summary>
internal sealed class EnrichmentLookup(IHttpClientFactory clients, IOptions<ImportOptions> options, TimeProvider time)
{
    public const string ClientName = "enrichment";

    /// <summary>It becomes part of the order, which is bounded.</summary>
    public const int MaxBytes = 16 * 1024;

    private readonly ImportOptions _options = options.Value;

    public string AddressOf(OrderInput order) => (_options.EnrichmentUrl ?? string.Empty)
        .Replace("{orderId}", Uri.EscapeDataString(order.OrderId), StringComparison.Ordinal)
        .Replace("{customerId}", Uri.EscapeDataString(order.CustomerId), StringComparison.Ordinal);

    public async Task<LookupResponse> AskAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(_options.EnrichmentTimeout, time, token => ReadAsync(address, token), cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or UriFormatException or TimeLimitException)
        {
            return LookupResponse.Failed;
        }
    }

    private async Task<LookupResponse> ReadAsync(string address, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(ClientName);
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone ? new(null) : LookupResponse.Failed;
        }

        await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        // It becomes a member of the order, which is one level deeper.
        return StrictJson.FindFault(content, StrictJson.MaxDepth - 1) is null && JsonElement.Parse(content) is { ValueKind: JsonValueKind.Object } found
            ? new(found)
            : LookupResponse.Failed;
    }
}

/// <summary>What a lookup adds to an order: <c>enriched</c> always, <c>enrichment</c> when it gave something.</summary>
internal static class Enrichment
{
    private const string Flag = "enriched";
    private const string Content = "enrichment";

    public static OrderInput Add(OrderInput order, JsonElement? found)
    {
        var extension = Without(order);
        extension[Flag] = JsonSerializer.SerializeToElement(found is not null);
        if (found is { } content)
        {
            extension[Content] = content;
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
        (order.Extension ?? []).Where(member => member.Key is not (Flag or Content)).ToDictionary(StringComparer.Ordinal);
}
