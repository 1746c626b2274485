using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Heartbeats;

internal sealed class HeartbeatStore(StorageTables tables, TimeProvider time) : IHeartbeatStore
{
    public async Task<string?> BeatAsync(Heartbeat beat, string? etag, CancellationToken cancellationToken)
    {
        var known = etag is null ? (ETag?)null : new ETag(etag);
        while (true)
        {
            if (await TryWriteAsync(beat, known, cancellationToken) is { } written)
            {
                return written.ToString();
            }

            // Given up, cleared away because the work is over, or beaten by the same attempt in another process: the engine may
            // deliver an activity twice.
            var (row, stored) = await ReadAsync(beat.Ticket, cancellationToken);
            if (row is null || stored is { IsGivenUp: true })
            {
                return null;
            }

            known = row.ETag;
        }
    }

    public async Task<bool> GiveUpAsync(HeartbeatTicket ticket, Func<Heartbeat?, bool> isSilent, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (row, last) = await ReadAsync(ticket, cancellationToken);
            if (last is { IsGivenUp: true } || !isSilent(last))
            {
                return last is { IsGivenUp: true };
            }

            var end = (last ?? new Heartbeat(ticket, time.GetUtcNow(), 0)) with { IsGivenUp = true };
            if (await TryWriteAsync(end, row?.ETag, cancellationToken) is not null)
            {
                return true;
            }
        }
    }

    public async Task<IReadOnlyList<Heartbeat>> ListAsync(string instancePrefix, CancellationToken cancellationToken)
    {
        List<Heartbeat> beats = [];
        await foreach (var row in tables.Heartbeats.QueryAsync<TableEntity>(Filter(instancePrefix), 1_000, cancellationToken: cancellationToken))
        {
            beats.Add(Parse(row));
        }

        return [.. beats.OrderByDescending(beat => beat.At)];
    }

    public Task ClearAsync(string instancePrefix, CancellationToken cancellationToken) =>
        RowDeletion.DeleteAsync(tables.Heartbeats, Filter(instancePrefix), cancellationToken);

    /// <returns>Null when the row is not as it was thought to be.</returns>
    private async Task<ETag?> TryWriteAsync(Heartbeat beat, ETag? etag, CancellationToken cancellationToken)
    {
        var row = new TableEntity(beat.Ticket.InstanceId, Key(beat.Ticket)) { [OrderRows.Data] = StorageJson.Write(beat) };
        try
        {
            var answer = etag is { } known
                ? await tables.Heartbeats.UpdateEntityAsync(row, known, TableUpdateMode.Replace, cancellationToken)
                : await tables.Heartbeats.AddEntityAsync(row, cancellationToken);
            return answer.Headers.ETag;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    private async Task<(TableEntity? Row, Heartbeat? Beat)> ReadAsync(HeartbeatTicket ticket, CancellationToken cancellationToken)
    {
        var row = await tables.Heartbeats.GetEntityIfExistsAsync<TableEntity>(
            ticket.InstanceId, Key(ticket), cancellationToken: cancellationToken);
        return row.HasValue ? (row.Value, Parse(row.Value!)) : (null, null);
    }

    private static Heartbeat Parse(TableEntity row) => StorageJson.Read<Heartbeat>(TextColumns.Read(row, OrderRows.Data));

    private static string Key(HeartbeatTicket ticket) => string.Create(CultureInfo.InvariantCulture, $"{ticket.Activity}|{ticket.Attempt:D3}");

    private static string Filter(string instancePrefix)
    {
        var end = RowKeys.After(instancePrefix);
        return TableClient.CreateQueryFilter($"PartitionKey ge {instancePrefix} and PartitionKey lt {end}");
    }
}
