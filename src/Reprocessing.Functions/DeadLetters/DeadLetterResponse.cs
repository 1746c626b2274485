namespace Reprocessing.Functions.DeadLetters;

/// <summary>A dead letter as this API shows it.</summary>
/// <param name="OriginalWorkflowId">The workflow of the first attempt that is still known.</param>
/// <param name="TotalRetryAttempts">Restarts in the last generation.</param>
/// <param name="RunId">The run or job that moved it; missing when a person did.</param>
/// <param name="MovedBy">The person, or who asked for the job.</param>
/// <param name="ReopenCount">How often it came back.</param>
/// <param name="ResolvedBy">A person, or the id of a job.</param>
/// <param name="Links">Its order, the order's timeline and its group: order, timeline, group.</param>
internal sealed record DeadLetterResponse(
    string OrderId,
    string CustomerId,
    string OriginalWorkflowId,
    string FinalFailureStatus,
    string FinalFailureReason,
    ErrorType ErrorType,
    string Fingerprint,
    string? ExceptionType,
    Stage? Stage,
    string? TraceId,
    DateTimeOffset FailedAt,
    int TotalRetryAttempts,
    IReadOnlyList<Attempt> RetryHistory,
    OrderSnapshot OrderSnapshot,
    DateTimeOffset MovedToQueueAt,
    string? RunId,
    string? MovedBy,
    int ReopenCount,
    DeadLetterResolution? Resolution,
    DateTimeOffset? ResolvedAt,
    string? ResolvedBy,
    IReadOnlyList<DeadLetterNote> Notes,
    IReadOnlyDictionary<string, string> Links)
{
    public static string Path(string orderId) => $"/api/dead-letters/{Uri.EscapeDataString(orderId)}";

    public static DeadLetterResponse Of(DeadLetterEntry entry, HttpRequestData request) => new(
        entry.OrderId,
        entry.CustomerId,
        entry.OriginalWorkflowId,
        entry.FinalFailureStatus,
        entry.FinalFailureReason,
        entry.ErrorType,
        entry.Fingerprint,
        entry.ExceptionType,
        entry.Stage,
        entry.TraceId,
        entry.FailedAt,
        entry.TotalRetryAttempts,
        entry.RetryHistory,
        entry.OrderSnapshot,
        entry.MovedToQueueAt,
        entry.RunId,
        entry.MovedBy,
        entry.ReopenCount,
        entry.Resolution,
        entry.ResolvedAt,
        entry.ResolvedBy,
        entry.Notes,
        new Dictionary<string, string>
        {
            ["order"] = request.LinkTo(OrderResponse.Path(entry.OrderId)),
            ["timeline"] = request.LinkTo($"{OrderResponse.Path(entry.OrderId)}/timeline"),
            ["group"] = request.LinkTo($"/api/failure-groups/{Uri.EscapeDataString(entry.Fingerprint)}"),
        });
}

internal static class DeadLetterHttpResponses
{
    /// <summary>A dead letter, its place and the tag that guards an edit of it.</summary>
    public static Task<HttpResponseData> DeadLetterAsync(
        this HttpRequestData request, FoundDeadLetter found, CancellationToken cancellationToken, HttpStatusCode status = HttpStatusCode.OK) =>
        request.RespondAsync(
            status,
            DeadLetterResponse.Of(found.Entry, request),
            [("Location", request.LinkTo(DeadLetterResponse.Path(found.Entry.OrderId))), (EntityTags.Header, EntityTags.Of(found.Tag))],
            cancellationToken);
}

/// <summary>The common end of the functions that do something with one dead letter: the command is recorded in the audit log and answered.</summary>
internal sealed class DeadLetterResponses(IDeadLetters deadLetters, OrderAudit audit)
{
    /// <param name="done">The status when it was done.</param>
    public async Task<HttpResponseData> RespondAsync(
        HttpRequestData request, CommandResult acted, OrderCommand command, HttpStatusCode done, CancellationToken cancellationToken)
    {
        var result = acted.Result;
        await audit.RecordAsync(result.Id, command, acted.Order, cancellationToken);
        if (result.State != ItemState.Succeeded)
        {
            throw new ProblemException(DeadLetterProblems.Of(result, acted.Entry));
        }

        // Read again, because the storage makes the tag. Somebody may have purged it in the meantime.
        var found = await deadLetters.GetAsync(result.Id, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("dead letter of order", result.Id));
        return await request.DeadLetterAsync(found, cancellationToken, done);
    }
}

/// <summary>Why nothing was done with a dead letter.</summary>
internal static class DeadLetterProblems
{
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
            ItemReasons.Leased => Problems.Conflict("leased", "A job is at work on the order.", detail),
            ItemReasons.StorageRefused => Problems.StorageUnavailable(),
            ItemReasons.ProcessingFailed => throw new InvalidOperationException(detail),
            { } reason => Problems.Conflict(reason, "The dead letter was not changed.", detail),
            null => throw new InvalidOperationException($"Order {result.Id} is {EnumNames.Of(result.State)} without a reason."),
        };
    }

    private static Problem AlreadyResolved(ItemResult result, DeadLetterEntry? entry) => Problems.Conflict(
        "already_resolved",
        "The dead letter is resolved already.",
        entry is { Resolution: { } resolution, ResolvedAt: { } at }
            ? $"It was resolved as {EnumNames.Of(resolution)} by '{entry.ResolvedBy}' at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z."
            : result.Message ?? string.Empty) with
    {
        Links = new Dictionary<string, string> { ["deadLetter"] = DeadLetterResponse.Path(result.Id) },
    };
}
