using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Jobs;

/// <summary>
/// Writes results on the items' rows. Each write is guarded by the row's ETag, or by its absence, so that what another process
/// wrote in between is looked at first; columns that are not of the result stay.
/// </summary>
internal sealed class ItemRecorder(StorageTables tables, TimeProvider time)
{
    // A row is written by its job and by the folding of its outcomes: whoever loses has lost to a change that counts.
    private const int MaxGoes = 10;

    public async Task RecordAsync(string jobId, IReadOnlyList<ItemResult> results, CancellationToken cancellationToken)
    {
        var partition = JobRows.PartitionFor(jobId);
        List<ItemResult> left = [.. results.Where(result => result.State != ItemState.Pending).DistinctBy(result => result.Id)];

        // The items of a run have no rows before this, those of a plan have.
        var areKnown = JobIds.KeyOf(jobId) != jobId;
        for (var go = 1; left.Count > 0; go++)
        {
            var rows = areKnown
                ? await ItemReader.ReadAsync(tables.Jobs, partition, [.. left.Select(result => result.Id)], cancellationToken)
                : [];
            var refused = await UnitSubmitter.SubmitAsync(tables.Jobs, Units(partition, left, rows), cancellationToken);
            if (refused.FirstOrDefault(one => !one.IsConflict || go == MaxGoes) is { } final)
            {
                throw new RequestFailedException(final.Answer.Status, $"Item {final.Unit.Subject.Id} of {jobId} cannot be stored.", final.Answer.ErrorCode, final.Answer);
            }

            left = [.. refused.Select(one => one.Unit.Subject)];
            areKnown = true;
        }
    }

    private List<Unit<ItemResult>> Units(string partition, List<ItemResult> results, Dictionary<string, TableEntity> rows)
    {
        var now = time.GetUtcNow();
        List<Unit<ItemResult>> units = [];
        foreach (var result in results)
        {
            rows.TryGetValue(result.Id, out var row);
            var stored = row is null ? new JobItem(result.Id, string.Empty, ItemState.Pending) : ItemRows.Read(row);
            if (ItemProgress.After(stored, result, now) is { } item)
            {
                var written = ItemRows.Write(partition, item);
                units.Add(new(result, [row is null
                    ? new(TableTransactionActionType.Add, written)
                    : new(TableTransactionActionType.UpdateMerge, written, row.ETag)]));
            }
        }

        return units;
    }
}
