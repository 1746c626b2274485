using Reprocessing.Domain.DeadLetters;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.DeadLetters;

internal static class DeadLetterOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "dead letters",
        Get(nameof(ListDeadLetters), "dead-letters", "The dead-letter queue, newest first.")
            .AnswersPage<DeadLetterEntry>(),
        Get(nameof(GetDeadLetter), "dead-letters/{orderId}", "The dead letter of an order, with its whole attempt history.")
            .Answers200<DeadLetterEntry>()
            .Refuses("invalid_parameter", "not_found"));
}
