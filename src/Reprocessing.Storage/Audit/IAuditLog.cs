namespace Reprocessing.Storage.Audit;

/// <summary>
/// Who did what, when and why. Of jobs that people asked for each item is told too; what a scheduled run did to an order stands on its
/// item and on the order's timeline, for at its rate the log would be of little else.
/// </summary>
public interface IAuditLog
{
    /// <summary>The same event id twice is one event.</summary>
    Task AddAsync(AuditEvent told, CancellationToken cancellationToken);

    /// <summary>
    /// Many at once: a call for a hundred of one day. Each must bear the moment at which it happened, whenever it is told, so that told
    /// again it is the same row.
    /// </summary>
    Task AddAllAsync(IReadOnlyList<AuditEvent> told, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<Page<AuditEvent>> ListAsync(AuditQuery query, int limit, string? token, CancellationToken cancellationToken);
}

/// <param name="EventId">Unique; made from the act, so that a repeated act writes no second event.</param>
/// <param name="Action">Dotted, as <c>job.paused</c>, <c>dead_letter.resolved</c>.</param>
/// <param name="Target">The id of the job, plan, order or group.</param>
public sealed record AuditEvent(string EventId, DateTimeOffset At, string Actor, string Action, string Target)
{
    public string? Reason { get; init; }

    /// <summary>What changed, for people.</summary>
    public string? Detail { get; init; }
}

/// <summary>Null does not narrow.</summary>
/// <param name="From">This moment and later.</param>
/// <param name="To">Earlier than this moment.</param>
public sealed record AuditQuery(string? Actor = null, string? Action = null, string? Target = null, DateTimeOffset? From = null, DateTimeOffset? To = null);
