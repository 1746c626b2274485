using Azure.Data.Tables;

namespace Embedded.DurableTask.Store;

/// <summary>The hub's lease. Times are kept as ticks, because a lease is compared with what was read.</summary>
internal sealed class LeaseRow(TableClient table)
{
    private const string Owner = "Owner";
    private const string Token = "Token";
    private const string Expires = "ExpiresAtTicks";

    public async Task<HubLease?> ReadAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) is { } row ? Read(row) : null;

    public async Task<bool> TryWriteAsync(HubLease lease, HubLease? replaces, CancellationToken cancellationToken)
    {
        var row = new TableEntity(StoreKeys.LeasePartition, StoreKeys.LeaseRow)
        {
            [Owner] = lease.Owner,
            [Token] = lease.Token,
            [Expires] = lease.ExpiresAt.UtcTicks,
        };
        if (replaces is null)
        {
            return await TableCalls.TryAsync(() => table.AddEntityAsync(row, cancellationToken));
        }

        return await FindAsync(cancellationToken) is { } current && Read(current) == replaces
            && await TableCalls.TryAsync(() => table.UpdateEntityAsync(row, current.ETag, TableUpdateMode.Replace, cancellationToken));
    }

    private static HubLease Read(TableEntity row) => new(
        row.GetString(Owner), row.GetInt64(Token) ?? 0, new DateTimeOffset(row.GetInt64(Expires) ?? 0, TimeSpan.Zero));

    private async Task<TableEntity?> FindAsync(CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(
            StoreKeys.LeasePartition, StoreKeys.LeaseRow, cancellationToken: cancellationToken);
        return row.HasValue ? row.Value : null;
    }
}
