using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Samples.Loyalty;

internal static class LoyaltyOperations
{
    private static readonly AddLoyaltyPointsRequest Points = new() { PurchaseId = "purchase-17", Points = 100 };

    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "samples",
        Post(nameof(AddLoyaltyPoints), "samples/loyalty/{customerId}/points", "Sends a customer's long-running workflow an event that changes the points.")
            .Saying("A sample: there is none unless the setting SamplesEnabled is true. The first event starts the workflow.")
            .Takes(Points)
            .Answering<LoyaltySentAnswer>(202, "Sent.", null, "Location")
            .Refuses("invalid_parameter", "not_found", "workflow_ended"),
        Get(nameof(GetLoyaltyPoints), "samples/loyalty/{customerId}", "How many points a customer has.")
            .Answers200<LoyaltyAnswer>()
            .Refuses("invalid_parameter", "not_found"));
}
