namespace Reprocessing.Storage.Maintenance;

/// <param name="Position">Where it goes on; null when it had nothing left to do.</param>
public sealed record StepState(DateTimeOffset At, string? Position);

/// <summary>How far the steps of maintenance are, so that a new process goes on where the last one was. In the table of results, a row a step.</summary>
public sealed class MaintenanceState(StorageTables tables)
{
    private const string Partition = "maintenance";

    public async Task<IReadOnlyDictionary<string, StepState>> ReadAsync(CancellationToken cancellationToken) => await tables.Results
        .ReadAsync(new(Partition, string.Empty), cancellationToken)
        .ToDictionaryAsync(
            row => row.RowKey,
            row => new StepState(row.GetDateTimeOffset(nameof(StepState.At)) ?? DateTimeOffset.UnixEpoch, row.GetString(nameof(StepState.Position))),
            StringComparer.Ordinal,
            cancellationToken);

    public Task SaveAsync(string step, StepState state, CancellationToken cancellationToken) => tables.Results.UpsertEntityAsync(
        new TableEntity(Partition, step) { [nameof(StepState.At)] = state.At, [nameof(StepState.Position)] = state.Position },
        TableUpdateMode.Replace,
        cancellationToken);

    public Task RemoveAsync(string step, CancellationToken cancellationToken) =>
        tables.Results.DeleteEntityAsync(Partition, step, ETag.All, cancellationToken);
}
