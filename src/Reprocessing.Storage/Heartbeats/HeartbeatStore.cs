namespace Reprocessing.Storage.Heartbeats;

/// <summary>The signs of life of long activities: a partition an orchestration, a row an attempt.</summary>
public interface IHeartbeatStore
{
    /// <param name="etag">What the beat before has answered; null for the first.</param>
    /// <returns>For the next beat; null when the attempt was given up, and nothing was written.</returns>
    Task<string?> BeatAsync(Heartbeat beat, string? etag, CancellationToken cancellationToken);

    /// <summary>Gives a silent attempt up. Either this or a beat at the same moment wins, never both.</summary>
    /// <param name="isSilent">Asked with the last beat; null when there was none.</param>
    /// <returns>It is given up, by this call or before.</returns>
    Task<bool> GiveUpAsync(HeartbeatTicket ticket, Func<Heartbeat?, bool> isSilent, CancellationToken cancellationToken);

    /// <summary>Those of all orchestrations whose id begins so, the latest first.</summary>
    Task<IReadOnlyList<Heartbeat>> ListAsync(string instancePrefix, CancellationToken cancellationToken);

    Task ClearAsync(string instancePrefix, CancellationToken cancellationToken);
}

/// <summary>Which attempt of which activity is meant.</summary>
/// <param name="InstanceId">Of the orchestration that called it.</param>
/// <param name="Attempt">From 1.</param>
public sealed record HeartbeatTicket(string InstanceId, string Activity, int Attempt);

/// <summary>The last that was heard of an attempt.</summary>
/// <param name="Done">Of what the activity has to do.</param>
/// <param name="Total">All that it has to do, where it knows.</param>
/// <param name="IsGivenUp">It was silent for too long and another attempt has been made.</param>
public sealed record Heartbeat(
    HeartbeatTicket Ticket, DateTimeOffset At, int Done, int? Total = null, string? Detail = null, bool IsGivenUp = false);

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
        var rows = tables.Heartbeats.QueryAsync<TableEntity>(Filter(instancePrefix), 1_000, cancellationToken: cancellationToken);
        return await rows.Select(Parse).OrderByDescending(beat => beat.At).ToListAsync(cancellationToken);
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

    private async Task<(TableEntity? Row, Heartbeat? Beat)> ReadAsync(HeartbeatTicket ticket, CancellationToken cancellationToken) =>
        await tables.Heartbeats.FindAsync(ticket.InstanceId, Key(ticket), cancellationToken) is { } row ? (row, Parse(row)) : (null, null);

    private static Heartbeat Parse(TableEntity row) => StorageJson.Read<Heartbeat>(row);

    private static string Key(HeartbeatTicket ticket) => string.Create(CultureInfo.InvariantCulture, $"{ticket.Activity}|{ticket.Attempt:D3}");

    private static string Filter(string instancePrefix)
    {
        var end = RowKeys.After(instancePrefix);
        return TableClient.CreateQueryFilter($"PartitionKey ge {instancePrefix} and PartitionKey lt {end}");
    }
}
