using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

internal static class OrderIds
{
    /// <summary>The one escape that web servers leave in a route value as it is.</summary>
    private const string EscapedSlash = "%2F";

    /// <summary>The fault of an order id that came in the route, or null.</summary>
    public static Problem? Check(string orderId) =>
        Identifiers.Problem(orderId.Replace(EscapedSlash, "/", StringComparison.OrdinalIgnoreCase)) is { } fault
            ? Problems.InvalidParameter("orderId", $"'orderId' {fault}.")
            : null;

}
