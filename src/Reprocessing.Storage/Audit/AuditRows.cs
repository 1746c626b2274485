namespace Reprocessing.Storage.Audit;

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
