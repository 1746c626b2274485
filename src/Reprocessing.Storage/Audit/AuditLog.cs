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

/// <summary>A partition a UTC day, newest day and event first. <c>ids-{two digits}</c> holds when an event's id was first recorded.</summary>
internal static class AuditRows
{
    private const string DayPrefix = "d|";
    private const string IdPrefix = "ids-";

    public static TableEntity Event(AuditEvent told) => new TableEntity(Partition(told.At), $"{RowKeys.Ticks(RowKeys.Inverted(told.At))}|{Hash(told.EventId)}")
    {
        ["EventId"] = told.EventId,
        ["At"] = told.At.ToUniversalTime(),
        ["Actor"] = told.Actor,
        ["Action"] = told.Action,
        ["Target"] = told.Target,
    }.WithJson(told);

    public static TableEntity Id(AuditEvent told)
    {
        var hash = Hash(told.EventId);
        return new($"{IdPrefix}{hash[..2]}", hash) { ["At"] = told.At.ToUniversalTime() };
    }

    public static string Filter(AuditQuery query, (string Partition, string Row)? after)
    {
        string?[] conditions =
        [
            TableClient.CreateQueryFilter($"PartitionKey ge {(query.To is { } to ? Partition(to) : DayPrefix)}"),
            query.From is { } from
                ? TableClient.CreateQueryFilter($"PartitionKey le {Partition(from)}")
                : TableClient.CreateQueryFilter($"PartitionKey lt {RowKeys.After(DayPrefix)}"),
            query.From is { } begin ? TableClient.CreateQueryFilter($"At ge {Timestamps.Clamp(begin)}") : null,
            query.To is { } end ? TableClient.CreateQueryFilter($"At lt {Timestamps.Clamp(end)}") : null,
            query.Actor is { } actor ? TableClient.CreateQueryFilter($"(Actor eq {actor} or Actor eq {CallerNames.Claimed(actor)})") : null,
            query.Action is { } action ? TableClient.CreateQueryFilter($"Action eq {action}") : null,
            query.Target is { } target ? TableClient.CreateQueryFilter($"Target eq {target}") : null,
            after is var (partition, row)
                ? TableClient.CreateQueryFilter($"(PartitionKey gt {partition} or (PartitionKey eq {partition} and RowKey gt {row}))")
                : null,
        ];
        return string.Join(" and ", conditions.OfType<string>());
    }

    public static string EventsBefore(DateTimeOffset time) =>
        TableClient.CreateQueryFilter($"PartitionKey gt {Partition(time)} and PartitionKey lt {RowKeys.After(DayPrefix)}");

    public static string IdsBefore(DateTimeOffset time) => TableClient.CreateQueryFilter(
        $"PartitionKey ge {IdPrefix} and PartitionKey lt {RowKeys.After(IdPrefix)} and At lt {new DateTimeOffset(time.UtcDateTime.Date, TimeSpan.Zero)}");

    // The day stands behind its inverse for people who look at the table.
    private static string Partition(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        return string.Create(CultureInfo.InvariantCulture, $"{DayPrefix}{DateOnly.MaxValue.DayNumber - day.DayNumber:D7}|{day:yyyy-MM-dd}");
    }

    private static string Hash(string eventId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(eventId)))[..32];
}
