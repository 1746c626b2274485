using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Audit;

internal sealed partial class AuditLog(StorageTables tables) : IAuditLog
{
    /// <summary>
    /// An act that is repeated later tells the same id at another moment. The id's row says when it was told first, so the event
    /// is written at its one place again, whichever of the two writes the one before did not come to.
    /// </summary>
    public async Task AddAsync(AuditEvent told, CancellationToken cancellationToken)
    {
        var id = AuditRows.Id(told);
        try
        {
            await tables.Audit.AddEntityAsync(id, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            var first = (await tables.Audit.GetEntityAsync<TableEntity>(id.PartitionKey, id.RowKey, cancellationToken: cancellationToken)).Value;
            told = told with { At = first.GetDateTimeOffset("At") ?? throw new BrokenRowException($"Row {id.PartitionKey}/{id.RowKey} has no At.") };
        }

        try
        {
            await tables.Audit.AddEntityAsync(AuditRows.Event(told), cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // Told before, and what was told first stands.
        }
    }

    /// <summary>Its place follows from the event alone, so no row of its id is needed.</summary>
    public async Task AddAllAsync(IReadOnlyList<AuditEvent> told, CancellationToken cancellationToken)
    {
        foreach (var day in told.DistinctBy(one => one.EventId).Select(AuditRows.Event).GroupBy(row => row.PartitionKey))
        {
            foreach (var rows in day.Chunk(UnitSubmitter.MaxOperations))
            {
                await tables.Audit.SubmitTransactionAsync(
                    rows.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), cancellationToken);
            }
        }
    }

    public async Task<Page<AuditEvent>> ListAsync(AuditQuery query, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var filter = AuditRows.Filter(query, Parse(token));
        List<AuditEvent> events = [];
        string? last = null;
        await foreach (var row in tables.Audit.QueryAsync<TableEntity>(filter, Math.Min(limit + 1, 1_000), cancellationToken: cancellationToken))
        {
            if (events.Count == limit)
            {
                return new(events, last);
            }

            events.Add(AuditRows.Read(row));
            last = $"{row.PartitionKey}/{row.RowKey}";
        }

        return new(events, null);
    }

    private static (string Partition, string Row)? Parse(string? token) =>
        token is null ? null
        : Shape().Match(token) is { Success: true } match ? (match.Groups[1].Value, match.Groups[2].Value)
        : throw new FormatException("The cursor is none that was given out.");

    // The whole of a token, so that nothing else of a caller reaches a filter.
    [GeneratedRegex(@"^(d\|[0-9]{7}\|[0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{19}\|[0-9a-f]{32})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
