using Microsoft.DurableTask.Client;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Runs;

namespace ReprocessingFunctions.Notices;

/// <summary>
/// Tells people outside, if the settings name somebody. Asked again for the same thing it tells it once. That a notice cannot
/// be sent is never the caller's trouble; only storage that does not answer is.
/// </summary>
internal interface INotices
{
    /// <summary>
    /// The settings name somebody. Whoever escalates stores the notice in the transaction that does it, and only then: what nobody
    /// is told would lie there for ever.
    /// </summary>
    bool AreWanted { get; }

    /// <param name="client">Bound to the invocation that asks.</param>
    /// <param name="entry">As it is stored: resolved as <c>escalated</c>.</param>
    Task EscalatedAsync(DurableTaskClient client, DeadLetterEntry entry, CancellationToken cancellationToken);

    /// <param name="at">Of the run, so that a repeat tells the same.</param>
    Task AlertedAsync(DurableTaskClient client, string runId, IReadOnlyList<Alert> alerts, DateTimeOffset at, CancellationToken cancellationToken);
}
