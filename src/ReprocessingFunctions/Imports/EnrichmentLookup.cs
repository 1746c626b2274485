using System.Text.Json;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Orders;

namespace ReprocessingFunctions.Imports;

/// <param name="IsFailure">The service gave no answer, or none that can be used; that there is nothing to know is an answer.</param>
internal sealed record LookupAnswer(JsonElement? Found, bool IsFailure)
{
    public static LookupAnswer Nothing { get; } = new(null, IsFailure: false);

    public static LookupAnswer Failed { get; } = new(null, IsFailure: true);
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

    public async Task<LookupAnswer> AskAsync(string address, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.EnrichmentTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var http = clients.CreateClient(ClientName);
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? await ReadAsync(response.Content, either.Token)
                : (int)response.StatusCode is 404 or 410 ? LookupAnswer.Nothing
                : LookupAnswer.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or UriFormatException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return LookupAnswer.Failed;
        }
    }

    private static async Task<LookupAnswer> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBytes)
        {
            return LookupAnswer.Failed;
        }

        var found = JsonElement.Parse(bytes.AsSpan(0, length));
        return found.ValueKind == JsonValueKind.Object ? new(found, IsFailure: false) : LookupAnswer.Failed;
    }
}
