namespace Reprocessing.Domain.DeadLetters;

/// <summary>An order that used up its retries. An order has one entry, which is reopened when it happens again.</summary>
public sealed record DeadLetterEntry
{
    /// <summary>Version 1 had a single text of notes, without author and time.</summary>
    public const int CurrentSchema = 2;

    /// <summary>Older notes are dropped to keep the row small. The order's timeline still has them.</summary>
    public const int MaxNotes = 50;

    public int SchemaVersion { get; init; } = 1;

    public required string OrderId { get; init; }

    public required string CustomerId { get; init; }

    /// <summary>The workflow of the oldest attempt that is still known.</summary>
    public required string OriginalWorkflowId { get; init; }

    public required string FinalFailureStatus { get; init; }

    public required string FinalFailureReason { get; init; }

    public required ErrorType ErrorType { get; init; }

    public required string Fingerprint { get; init; }

    public string? ExceptionType { get; init; }

    public Stage? Stage { get; init; }

    public string? TraceId { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    public required int TotalRetryAttempts { get; init; }

    public required IReadOnlyList<Attempt> RetryHistory { get; init; }

    public required OrderSnapshot OrderSnapshot { get; init; }

    public required DateTimeOffset MovedToQueueAt { get; init; }

    public string? RunId { get; init; }

    /// <summary>The person who moved it or who started the job; null for a run.</summary>
    public string? MovedBy { get; init; }

    /// <summary>The order's version when the entry was last written; null in schema 1.</summary>
    public int? OrderVersion { get; init; }

    public int ReopenCount { get; init; }

    public DeadLetterResolution? Resolution { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public string? ResolvedBy { get; init; }

    public IReadOnlyList<DeadLetterNote> Notes { get; init; } = [];

    /// <summary>The version that a plan compares: it changes with every change of the entry.</summary>
    [JsonIgnore]
    public string Stamp => OrderVersion is { } version
        ? string.Create(CultureInfo.InvariantCulture, $"v{version}")
        : string.Create(CultureInfo.InvariantCulture, $"m{MovedToQueueAt.UtcTicks}");

    /// <param name="action">Null when a scheduled run moved it.</param>
    public static DeadLetterEntry Of(Order order, AuditedAction? action = null)
    {
        if (order is not { IsOpenDeadLetter: true, Failure: { } failure, DeadLetteredAt: { } movedAt })
        {
            throw new ArgumentException($"Order {order.OrderId} is {order.Status}, not a dead letter.", nameof(order));
        }

        return new()
        {
            SchemaVersion = CurrentSchema,
            OrderId = order.OrderId,
            CustomerId = order.CustomerId,
            OriginalWorkflowId = order.Attempts is [var first, ..] ? first.WorkflowId : failure.WorkflowId,
            FinalFailureStatus = failure.Status,
            FinalFailureReason = failure.Reason,
            ErrorType = failure.ErrorType,
            Fingerprint = failure.Fingerprint,
            ExceptionType = failure.ExceptionType,
            Stage = failure.Stage,
            TraceId = failure.TraceId,
            FailedAt = failure.FailedAt,
            TotalRetryAttempts = order.RetryCount,
            RetryHistory = order.Attempts,
            OrderSnapshot = order.Snapshot,
            MovedToQueueAt = movedAt,
            RunId = action is null ? order.LastRun?.RunId : action.JobId,
            MovedBy = action?.By,
            OrderVersion = order.Version,
            ReopenCount = order.DeadLetterCount - 1,
        };
    }

    public DeadLetterEntry Resolve(DeadLetterResolution resolution, AuditedAction action, Order after, DateTimeOffset now) => this with
    {
        SchemaVersion = CurrentSchema,
        OrderVersion = after.Version,
        Resolution = resolution,
        ResolvedAt = now,
        ResolvedBy = action.Owner,
    };

    public DeadLetterEntry WithNote(DeadLetterNote note, Order after) => this with
    {
        SchemaVersion = CurrentSchema,
        OrderVersion = after.Version,
        Notes = [.. Notes.Append(note).TakeLast(MaxNotes)],
    };
}

/// <param name="Author">Empty in notes that were written before authors were recorded.</param>
public sealed record DeadLetterNote(string Text, string Author, DateTimeOffset At);

[JsonConverter(typeof(EnumNameConverter<DeadLetterResolution>))]
public enum DeadLetterResolution
{
    ManualRetry,
    Cancelled,
    Escalated,
}

public static class RetryGuard
{
    /// <summary>A dead letter that came back this often will come back again, so a person has to look at it first.</summary>
    public const int MaxReopens = 3;

    public static string? Check(DeadLetterEntry entry, bool force) => Check(entry.FinalFailureStatus, entry.ReopenCount, force);

    public static string? Check(Order order, bool force) => Check(order.Failure?.Status, order.DeadLetterCount - 1, force);

    private static string? Check(string? status, int reopens, bool force) =>
        force ? null
        : FailureStatuses.TryGet(status, out var known) && known.IsPermanent ? ItemReasons.PermanentFailure
        : reopens >= MaxReopens ? ItemReasons.ReopenedTooOften
        : null;
}
