using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Embedded.Functions.Scheduling;

/// <summary>A row a timer in the host's table. Every write names the version that it replaces: of two hosts one wins.</summary>
internal sealed class TimerStatusStore(TableClient table, string owner)
{
    public const string Partition = "timer";

    private const string Schedule = "Schedule";
    private const string Last = "Last";
    private const string Next = "Next";
    private const string LastUpdated = "LastUpdated";
    private const string OwnerColumn = "Owner";

    /// <summary>This host.</summary>
    public string Owner => owner;

    public async Task<TimerStatus?> ReadAsync(string function, CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Partition, function, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } entity }
            ? new TimerStatus(
                entity.GetString(Schedule) ?? string.Empty,
                Time(entity, Last),
                Time(entity, Next),
                Time(entity, LastUpdated) ?? default,
                entity.ETag,
                entity.GetString(OwnerColumn))
            : null;
    }

    /// <summary>The stored status with its new version; null if another host wrote meanwhile.</summary>
    public async Task<TimerStatus?> TryWriteAsync(string function, TimerStatus status, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(Partition, function)
        {
            [Schedule] = status.Schedule,
            [Last] = Text(status.Last),
            [Next] = Text(status.Next),
            [LastUpdated] = Text(status.LastUpdated),
            [OwnerColumn] = owner,
        };
        try
        {
            var answer = status.Version == default
                ? await table.AddEntityAsync(entity, cancellationToken)
                : await table.UpdateEntityAsync(entity, status.Version, TableUpdateMode.Replace, cancellationToken);
            return status with { Version = answer.Headers.ETag ?? default };
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    private static DateTimeOffset? Time(TableEntity entity, string name) =>
        entity.GetString(name) is { } text ? DateTimeOffset.ParseExact(text, "o", CultureInfo.InvariantCulture) : null;

    private static string? Text(DateTimeOffset? time) => time?.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture);
}
