namespace Reprocessing.Storage.Results;

/// <summary>Whether people let the schedule start runs.</summary>
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

    // Each attempt loses against another person.
    private const int MaxAttempts = 8;

    public async Task<ScheduleState> GetAsync(CancellationToken cancellationToken) => StorageJson.Read<ScheduleState>(await ReadAsync(cancellationToken));

    /// <returns>As it is now; what was so already is not changed.</returns>
    public async Task<ScheduleState> EditAsync(bool isPaused, string by, string reason, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var row = await ReadAsync(cancellationToken);
            var state = StorageJson.Read<ScheduleState>(row);
            if (state.IsPaused == isPaused)
            {
                return state;
            }

            var edited = new ScheduleState(state.Version + 1, isPaused, time.GetUtcNow()) { By = by, Reason = reason };
            try
            {
                await tables.Results.UpdateEntityAsync(Write(edited), row.ETag, TableUpdateMode.Replace, cancellationToken);
                return edited;
            }
            catch (RequestFailedException exception) when (exception.Status == 412 && attempt < MaxAttempts)
            {
                // Somebody was quicker, or this was stored and the answer lost: the row tells.
            }
        }
    }

    /// <summary>Stored with the first look: a schedule that never starts a run is missed from then on.</summary>
    private async Task<TableEntity> ReadAsync(CancellationToken cancellationToken)
    {
        if (await tables.Results.FindAsync(Partition, Partition, cancellationToken) is { } stored)
        {
            return stored;
        }

        await tables.Results.TryAddAsync(Write(new(Version: 0, IsPaused: false, time.GetUtcNow())), cancellationToken);
        return await tables.Results.FindAsync(Partition, Partition, cancellationToken) ?? throw new BrokenRowException("The row of the schedule is gone.");
    }

    private static TableEntity Write(ScheduleState state) => new TableEntity(Partition, Partition) { ["IsPaused"] = state.IsPaused }.WithJson(state);
}
