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
        exception.GetType().FullName ?? exception.GetType().Name,
        Bounded(exception.Message, MaxMessageLength),
        exception.StackTrace is { } stack ? Bounded(stack, MaxStackLength) : null,
        exception.InnerException is { } inner && depth < MaxDepth ? FromException(inner, depth + 1) : null);

    private static string Bounded(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 3), "...");
}
