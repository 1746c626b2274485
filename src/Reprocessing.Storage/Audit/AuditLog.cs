namespace Reprocessing.Storage.Audit;

/// <summary>Who did what, when and why. A job's items are recorded one by one; those of scheduled runs are not, they would drown all else.</summary>
public interface IAuditLog
{
    /// <summary>The same event id twice is one event.</summary>
    Task AddAsync(AuditEvent told, CancellationToken cancellationToken);

    /// <summary>Many at once, a call for a hundred of one day. Each has the time at which it happened, so that a repeated call writes the same row.</summary>
    Task AddAllAsync(IReadOnlyList<AuditEvent> told, CancellationToken cancellationToken);

    Task<Page<AuditEvent>> ListAsync(AuditQuery query, int limit, string? token, CancellationToken cancellationToken);
}

/// <param name="EventId">Unique; made from the act, so that a repeated act writes no second event.</param>
public sealed record AuditEvent(string EventId, DateTimeOffset At, string Actor, string Action, string Target)
{
    public string? Reason { get; init; }

    public string? Detail { get; init; }
}

/// <param name="Actor">Finds also what was done by somebody who only claimed to be this one, and is marked so.</param>
public sealed record AuditQuery(string? Actor = null, string? Action = null, string? Target = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

internal sealed partial class AuditLog(StorageTables tables) : IAuditLog
{
    /// <summary>A repeated action has the same id at another time: the id's row holds the first time, so the event is written at its one place.</summary>
    public async Task AddAsync(AuditEvent told, CancellationToken cancellationToken)
    {
        var id = AuditRows.Id(told);
        if (!await tables.Audit.TryAddAsync(id, cancellationToken))
        {
            var first = (await tables.Audit.GetEntityAsync<TableEntity>(id.PartitionKey, id.RowKey, cancellationToken: cancellationToken)).Value;
            told = told with { At = first.GetDateTimeOffset("At") ?? throw first.Lacks("At") };
        }

        // Of two records of one event the first one stays.
        await tables.Audit.TryAddAsync(AuditRows.Event(told), cancellationToken);
    }

    /// <summary>Its place follows from the event alone, so no row of its id is needed.</summary>
    public async Task AddAllAsync(IReadOnlyList<AuditEvent> told, CancellationToken cancellationToken)
    {
        foreach (var day in told.DistinctBy(one => one.EventId).Select(AuditRows.Event).GroupBy(row => row.PartitionKey))
        {
            await UnitSubmitter.UpsertAsync(tables.Audit, day, cancellationToken);
        }
    }

    public Task<Page<AuditEvent>> ListAsync(AuditQuery query, int limit, string? token, CancellationToken cancellationToken) => tables.Audit
        .QueryAsync<TableEntity>(AuditRows.Filter(query, Parse(token)), Math.Clamp(limit + 1, 1, 1_000), cancellationToken: cancellationToken)
        .Select(row => (StorageJson.Read<AuditEvent>(row), $"{row.PartitionKey}/{row.RowKey}"))
        .PageAsync(limit);

    private static (string Partition, string Row)? Parse(string? token) =>
        token is null ? null
        : Shape().Match(token) is { Success: true } match ? (match.Groups[1].Value, match.Groups[2].Value)
        : throw new FormatException("The cursor is none that was given out.");

    // The whole of a token, so that nothing else of a caller reaches a filter.
    [GeneratedRegex(@"^(d\|[0-9]{7}\|[0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{19}\|[0-9a-f]{32})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
