namespace Reprocessing.Functions.DeadLetters;

/// <summary>A dead letter in a list: a page of them is read every few seconds, and nobody reads fifty histories.</summary>
internal class DeadLetterRow(DeadLetterEntry entry)
{
    public string OrderId => entry.OrderId;
    public string CustomerId => entry.CustomerId;
    public string OriginalWorkflowId => entry.OriginalWorkflowId;
    public string FinalFailureStatus => entry.FinalFailureStatus;
    public string FinalFailureReason => entry.FinalFailureReason;
    public ErrorType ErrorType => entry.ErrorType;
    public string Fingerprint => entry.Fingerprint;
    public string? ExceptionType => entry.ExceptionType;
    public Stage? Stage => entry.Stage;
    public string? TraceId => entry.TraceId;
    public DateTimeOffset FailedAt => entry.FailedAt;
    public int TotalRetryAttempts => entry.TotalRetryAttempts;
    public OrderSnapshot OrderSnapshot => entry.OrderSnapshot;
    public DateTimeOffset MovedToQueueAt => entry.MovedToQueueAt;
    public string? RunId => entry.RunId;
    public string? MovedBy => entry.MovedBy;
    public int ReopenCount => entry.ReopenCount;
    public DeadLetterResolution? Resolution => entry.Resolution;
    public DateTimeOffset? ResolvedAt => entry.ResolvedAt;
    public string? ResolvedBy => entry.ResolvedBy;
}

/// <summary>A dead letter as this API shows it.</summary>
internal sealed class DeadLetterResponse(DeadLetterEntry entry, HttpRequestData request) : DeadLetterRow(entry)
{
    public IReadOnlyList<Attempt> RetryHistory { get; } = entry.RetryHistory;
    public IReadOnlyList<DeadLetterNote> Notes { get; } = entry.Notes;
    public IReadOnlyDictionary<string, string> Links { get; } = new Dictionary<string, string>
    {
        ["order"] = request.LinkTo(OrderResponse.Path(entry.OrderId)),
        ["timeline"] = request.LinkTo($"{OrderResponse.Path(entry.OrderId)}/timeline"),
        ["group"] = request.LinkTo($"/api/failure-groups/{Uri.EscapeDataString(entry.Fingerprint)}"),
    };

    public static string Path(string orderId) => $"/api/dead-letters/{Uri.EscapeDataString(orderId)}";
}

internal sealed class DeadLetterResponses(IDeadLetters deadLetters, OrderAudit audit)
{
    public async Task<HttpResponseData> RespondAsync(
        HttpRequestData request, CommandResult result, OrderCommand command, HttpStatusCode done, CancellationToken cancellationToken)
    {
        await audit.RecordAsync(result.Result.Id, command, result.Order, cancellationToken);
        if (result.Result.State != ItemState.Succeeded)
        {
            throw new ProblemException(DeadLetterProblems.Of(result.Result, result.Entry));
        }

        // Read again, because the storage makes the tag. Somebody may have purged it in the meantime.
        return await ShowAsync(request, result.Result.Id, done, cancellationToken);
    }

    public async Task<HttpResponseData> ShowAsync(HttpRequestData request, string orderId, HttpStatusCode status, CancellationToken cancellationToken)
    {
        var found = await deadLetters.GetAsync(orderId, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("dead letter of order", orderId));
        return await request.RespondAsync(
            status,
            new DeadLetterResponse(found.Entry, request),
            [("Location", request.LinkTo(DeadLetterResponse.Path(orderId))), (EntityTags.Header, EntityTags.Of(found.Tag))],
            cancellationToken);
    }
}

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
