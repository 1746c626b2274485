using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orders;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>A dead letter as this API shows it.</summary>
/// <param name="OriginalWorkflowId">The workflow of the first attempt that is still known.</param>
/// <param name="TotalRetryAttempts">Restarts in the last generation.</param>
/// <param name="RunId">The run or job that moved it; missing when a person did.</param>
/// <param name="MovedBy">The person, or who asked for the job.</param>
/// <param name="ReopenCount">How often it came back.</param>
/// <param name="ResolvedBy">A person, or the id of a job.</param>
/// <param name="Links">Its order, the order's timeline and its group: order, timeline, group.</param>
internal sealed record DeadLetterAnswer(
    string OrderId,
    string CustomerId,
    string OriginalWorkflowId,
    string FinalFailureStatus,
    string FinalFailureReason,
    ErrorType ErrorType,
    string Fingerprint,
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

    public static DeadLetterAnswer Of(DeadLetterEntry entry, HttpRequestData request) => new(
        entry.OrderId,
        entry.CustomerId,
        entry.OriginalWorkflowId,
        entry.FinalFailureStatus,
        entry.FinalFailureReason,
        entry.ErrorType,
        entry.Fingerprint,
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
            ["order"] = request.LinkTo(OrderAnswer.Path(entry.OrderId)),
            ["timeline"] = request.LinkTo($"{OrderAnswer.Path(entry.OrderId)}/timeline"),
            ["group"] = request.LinkTo($"/api/failure-groups/{Uri.EscapeDataString(entry.Fingerprint)}"),
        });
}
