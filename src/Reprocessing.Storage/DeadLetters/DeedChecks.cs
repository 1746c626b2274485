using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>What keeps an operation from an item, whichever it is, in the order in which it is told.</summary>
internal static class DeedChecks
{
    /// <returns>Null when nothing does.</returns>
    public static Deed.Settled? Check(DeedSubject subject, string owner, DateTimeOffset now)
    {
        // Whoever holds the order is at work on it, so what the plan has seen may be changing: the hold is the better answer.
        if (CheckLease(subject, owner, now) is { } leased)
        {
            return leased;
        }

        if (subject.Letter is not { Entry: var entry })
        {
            return HadOne(subject)
                ? Deed.Skip(subject, ItemReasons.NotFound, $"The dead letter of order {subject.Id} was purged.")
                : Deed.Skip(subject, ItemReasons.NotDeadLetter, $"Order {subject.Id} is {subject.Stored!.Order.Status} and has no dead letter.");
        }

        return subject.Item.Seen.Length > 0 && subject.Item.Seen != entry.Stamp
            ? Deed.Skip(subject, ItemReasons.ChangedSincePlan, $"The dead letter of order {subject.Id} has changed since it was selected.")
            : null;
    }

    /// <returns>Null when nobody else holds the order.</returns>
    public static Deed.Settled? CheckLease(DeedSubject subject, string owner, DateTimeOffset now) =>
        subject.Stored!.Order.Lease is { } lease && lease.Excludes(owner, now)
            ? Deed.Skip(subject, ItemReasons.Leased, $"Order {subject.Id} belongs to {lease.Owner} until {lease.Until:O}.")
            : null;

    /// <param name="alsoEscalated">What was handed to people they can decide on.</param>
    /// <returns>Null when the entry is open.</returns>
    public static Deed.Settled? CheckOpen(DeedSubject subject, bool alsoEscalated) =>
        subject.Letter is { Entry: { Resolution: { } resolution } entry } && !(alsoEscalated && resolution == DeadLetterResolution.Escalated)
        ? Deed.Skip(
            subject,
            ItemReasons.AlreadyResolved,
            $"The dead letter of order {subject.Id} was resolved as {Domain.Names.StableNames.Of(resolution)} by {entry.ResolvedBy} at {entry.ResolvedAt:O}.")
        : null;

    private static bool HadOne(DeedSubject subject) => subject.Stored!.Order.PurgedBy is not null;
}
