using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

internal static class OrderIds
{
    /// <summary>The fault of an order id that came in the route, or null.</summary>
    public static Problem? Check(string orderId) =>
        Identifiers.Problem(orderId) is { } fault ? Problems.InvalidParameter("orderId", $"'orderId' {fault}.") : null;
}
