using ReprocessingFunctions.Http;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.DeadLetters;

internal static class DeadLetterOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "dead letters",
        Get(nameof(ListDeadLetters), "dead-letters", "The dead-letter queue, newest first.")
            .With(
                ApiParameter.Text("filter", "In the filter grammar: errorType = timeout AND age > 1d AND $.customer.tier = 'gold'."),
                ApiParameter.OneOf(
                    "resolution",
                    "How they left the queue; those still in it unless said, or unless the filter names the resolution.",
                    DeadLetterFilters.Resolutions))
            .AnswersPage<DeadLetterAnswer>()
            .Refuses("invalid_filter"),
        Get(nameof(GetDeadLetter), "dead-letters/{orderId}", "The dead letter of an order, with its whole attempt history.")
            .Answering<DeadLetterAnswer>(200, "The dead letter.", null, EntityTags.Header)
            .Refuses("invalid_parameter", "not_found"));
}
