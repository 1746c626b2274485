using ReprocessingFunctions.Http;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.DeadLetters;

internal static class DeadLetterOperations
{
    private static readonly ResolveDeadLetterRequest Resolution = new()
    {
        Resolution = "manual_retry",
        ResolvedBy = "maria@example.com",
        Notes = "The shelf is full again.",
    };

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
            .Refuses("invalid_parameter", "not_found"),
        Post(nameof(ResolveDeadLetter), "dead-letters/{orderId}/resolve", "Takes a dead letter out of the queue: retries, cancels or escalates it.")
            .Saying("Of two that do so at once one is refused and told who was quicker. What was escalated can still be retried or cancelled.")
            .Takes(Resolution)
            .HonoursIfMatch()
            .Answering<DeadLetterAnswer>(200, "Resolved.", null, "Location", EntityTags.Header)
            .Answering<DeadLetterAnswer>(
                202, "Resolved as manual_retry, and its workflow could not be started yet: the order is pending_retry, and the start is tried again.", null, "Location", EntityTags.Header)
            .Refuses("invalid_parameter", "not_found", "already_resolved", "permanent_failure", "reopened_too_often", "leased", "not_dead_letter"),
        Post(nameof(AddDeadLetterNote), "dead-letters/{orderId}/notes", "Writes a note on a dead letter and on its order's timeline.")
            .Saying("Not idempotent: two notes may say the same.")
            .Takes(new AddDeadLetterNoteRequest { Text = "The carrier was asked.", Author = "maria@example.com" })
            .HonoursIfMatch()
            .Answering<DeadLetterAnswer>(201, "Written.", null, "Location", EntityTags.Header)
            .Refuses("invalid_parameter", "not_found"));
}
