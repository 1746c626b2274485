using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>Why nothing was done with a dead letter.</summary>
internal static class DeadLetterProblems
{
    private const string NotChanged = "The dead letter was not changed.";

    public static Problem Of(ItemResult result, DeadLetterEntry? entry)
    {
        var detail = result.Message ?? string.Empty;
        return result.Reason switch
        {
            ItemReasons.NotFound => Problems.NotFound("dead letter of order", result.Id) with { Detail = detail },
            ItemReasons.NotDeadLetter => Problems.Conflict("not_dead_letter", "The order is not in the dead-letter queue.", detail),
            ItemReasons.AlreadyResolved => AlreadyResolved(result, entry),
            ItemReasons.PermanentFailure => Problems.Conflict("permanent_failure", "The same again would fail again.", detail),
            ItemReasons.ReopenedTooOften => Problems.Conflict("reopened_too_often", "It came back too often.", detail),
            ItemReasons.Leased => Leased(detail),
            ItemReasons.StorageRefused => Problems.StorageUnavailable(),
            ItemReasons.ProcessingFailed => throw new InvalidOperationException(detail),
            { } reason => Problems.Conflict(reason, NotChanged, detail),
            null => throw new InvalidOperationException($"Order {result.Id} is {EnumNames.Of(result.State)} without a reason."),
        };
    }

    public static Problem Leased(string detail) => Problems.Conflict("leased", "A job is at work on the order.", detail);

    private static Problem AlreadyResolved(ItemResult result, DeadLetterEntry? entry) => Problems.Conflict(
        "already_resolved",
        "The dead letter is resolved already.",
        entry is { Resolution: { } resolution, ResolvedAt: { } at }
            ? $"It was resolved as {EnumNames.Of(resolution)} by '{entry.ResolvedBy}' at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z."
            : result.Message ?? string.Empty) with
    {
        Links = new Dictionary<string, string> { ["deadLetter"] = DeadLetterAnswer.Path(result.Id) },
    };
}
