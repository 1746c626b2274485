using Microsoft.DurableTask;

namespace Embedded.DurableTask.History;

/// <summary>A failure as it is stored: bounded in depth and length, so that no exception can outgrow a row.</summary>
internal sealed record FailureRecord(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace = null,
    FailureRecord? InnerFailure = null,
    bool IsNonRetriable = false)
{
    public const int MaxDepth = 10;
    public const int MaxMessageLength = 8 * 1024;
    public const int MaxStackLength = 8 * 1024;

    public static FailureRecord FromException(Exception exception) => FromException(exception, 1);

    /// <summary>The failure as the orchestrator sees it; a failure that crossed a boundary has an empty set of properties.</summary>
    public TaskFailureDetails ToDetails() => new(
        ErrorType, ErrorMessage, StackTrace, InnerFailure?.ToDetails(), new Dictionary<string, object?>());

    /// <summary>As the platform words it in an instance's output.</summary>
    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    private static FailureRecord FromException(Exception exception, int depth) => new(
        exception.GetType().ToString(),
        Bounded(exception.Message, MaxMessageLength),
        exception.StackTrace is { } stack ? Bounded(stack, MaxStackLength) : null,
        depth < MaxDepth ? InnerOf(exception, depth + 1) : null);

    // What a failed task reported says more than the exception that carried it here.
    private static FailureRecord? InnerOf(Exception exception, int depth) => exception switch
    {
        TaskFailedException failed => FromDetails(failed.FailureDetails, depth),
        { InnerException: { } inner } => FromException(inner, depth),
        _ => null,
    };

    private static FailureRecord FromDetails(TaskFailureDetails details, int depth) => new(
        details.ErrorType,
        Bounded(details.ErrorMessage, MaxMessageLength),
        details.StackTrace is { } stack ? Bounded(stack, MaxStackLength) : null,
        details.InnerFailure is { } inner && depth < MaxDepth ? FromDetails(inner, depth + 1) : null);

    private static string Bounded(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 3), "...");
}
