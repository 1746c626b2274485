namespace Reprocessing.Storage.Results;

/// <param name="Version">Counts their changes; 0 before the first.</param>
/// <param name="Since">Of the last change; before it, when the app was first here.</param>
public sealed record ScheduleState(int Version, bool IsPaused, DateTimeOffset Since)
{
    public string? By { get; init; }

    public string? Reason { get; init; }
}

/// <summary>One row, which every tick reads: a change needs no restart.</summary>
public sealed class ScheduleStore(StorageTables tables, TimeProvider time)
{
    private const string Partition = "schedule";
    private const string Gone = "The row of the schedule is gone.";

    public async Task<ScheduleState> GetAsync(CancellationToken cancellationToken) => StorageJson.Read<ScheduleState>(await ReadAsync(cancellationToken));

    public async Task<ScheduleState> EditAsync(bool isPaused, string by, string reason, CancellationToken cancellationToken) =>
        await tables.Results.EditAsync<ScheduleState>(
            async () => await ReadAsync(cancellationToken),
            state => state.IsPaused == isPaused ? null : new(state.Version + 1, isPaused, time.GetUtcNow()) { By = by, Reason = reason },
            Write,
            cancellationToken) ?? throw new BrokenRowException(Gone);

    /// <summary>Stored with the first look: a schedule that never starts a run is missed from then on.</summary>
    private async Task<TableEntity> ReadAsync(CancellationToken cancellationToken)
    {
        if (await tables.Results.FindAsync(Partition, Partition, cancellationToken) is { } stored)
        {
            return stored;
        }

        await tables.Results.TryAddAsync(Write(new(Version: 0, IsPaused: false, time.GetUtcNow())), cancellationToken);
        return await tables.Results.FindAsync(Partition, Partition, cancellationToken) ?? throw new BrokenRowException(Gone);
    }

    private static TableEntity Write(ScheduleState state) => new TableEntity(Partition, Partition) { ["IsPaused"] = state.IsPaused }.WithJson(state);
}
