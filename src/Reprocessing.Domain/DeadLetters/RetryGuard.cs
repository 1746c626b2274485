namespace Reprocessing.Domain.DeadLetters;

/// <summary>Which dead letters are retried only when forced.</summary>
public static class RetryGuard
{
    /// <summary>A dead letter that came back this often will come back again, so a person has to look at it first.</summary>
    public const int MaxReopens = 3;

    /// <returns>Null, or a code of <see cref="ItemReasons"/>.</returns>
    public static string? Check(DeadLetterEntry entry, bool force) => Check(entry.FinalFailureStatus, entry.ReopenCount, force);

    /// <returns>Null, or a code of <see cref="ItemReasons"/>.</returns>
    public static string? Check(Order order, bool force) => Check(order.Failure?.Status, order.DeadLetterCount - 1, force);

    private static string? Check(string? status, int reopens, bool force) =>
        force ? null
        : FailureStatuses.TryGet(status, out var known) && known.IsPermanent ? ItemReasons.PermanentFailure
        : reopens >= MaxReopens ? ItemReasons.ReopenedTooOften
        : null;
}
