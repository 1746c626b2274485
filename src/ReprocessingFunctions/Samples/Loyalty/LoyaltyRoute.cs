using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Samples.Loyalty;

internal static class LoyaltyRoute
{
    public static string Path(string customerId) => $"/api/samples/loyalty/{Uri.EscapeDataString(customerId)}";

    /// <summary>Null when the address can be used.</summary>
    public static Problem? Check(string customerId, SamplesOptions options) =>
        !options.Enabled ? Problems.NotFound("sample", "loyalty")
        : (Identifiers.Problem(customerId) ?? (customerId.Length > LoyaltyWorkflows.MaxCustomerId ? "is too long" : null)) is { } fault
            ? Problems.InvalidParameter("customerId", $"'customerId' {fault}.")
            : null;
}
