using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>What the reports of an outside order service on one of its attempts have in common.</summary>
internal static class AttemptRoutes
{
    public static Problem? Check(string orderId, string workflowId) =>
        OrderIds.Check(orderId)
        ?? (Identifiers.Problem(workflowId) is { } fault ? Problems.InvalidParameter("workflowId", $"'workflowId' {fault}.") : null);

    public static Problem Refused(Refusal reason, string what, string message) =>
        Problems.Conflict(EnumNames.Of(reason), $"The {what} was not recorded.", message);
}
