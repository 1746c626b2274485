namespace Reprocessing.Domain.Orders;

/// <summary>
/// The instance ids of an order's workflows: <c>order-fulfillment-{orderId}</c>, <c>order-fulfillment-{orderId}-retry-{n}</c>, and with
/// <c>-g{generation}</c> before the retry once a dead letter was requeued.
/// </summary>
/// <remarks>
/// An instance id has at most 256 characters, and two orders never share one. So an order id that is too long, or that ends like one of
/// the suffixes (order <c>A-retry-1</c> against the first retry of <c>A</c>), is shortened and followed by <c>~</c> and the 16 hex digits
/// of the stable hash of the whole id.
/// </remarks>
public static partial class WorkflowIds
{
    private const string Prefix = "order-fulfillment-";

    // "-g" and "-retry-" with ten digits each.
    private const int LongestSuffix = 2 + 10 + 7 + 10;

    private const int LongestPlain = Identifiers.MaxLength - LongestSuffix - 18;

    public static string For(string orderId, int generation, int retry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}{OrderPart(orderId)}{(generation > 0 ? $"-g{generation}" : null)}{(retry > 0 ? $"-retry-{retry}" : null)}");

    private static string OrderPart(string orderId) => orderId.Length <= LongestPlain && !LooksLikeOurs().IsMatch(orderId)
        ? orderId
        : string.Create(CultureInfo.InvariantCulture, $"{RecordText.Cut(orderId, LongestPlain - 17)}~{StableHash.Of(orderId):x16}");

    [GeneratedRegex("(-retry-[0-9]+|-g[0-9]+|~[0-9a-f]{16})$", RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeOurs();
}
