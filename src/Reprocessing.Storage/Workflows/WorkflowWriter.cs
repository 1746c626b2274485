namespace Reprocessing.Storage.Workflows;

/// <summary>Puts records into the index: each with its lanes in one transaction, many in one where they share a partition.</summary>
internal sealed class WorkflowWriter(StorageTables tables, ILogger logger)
{
    private const int MaxGoes = 10;
    private const int PartitionsAtOnce = 8;
    private const int ReadsAtOnce = 16;

    public async Task RecordAsync(IReadOnlyList<WorkflowRecord> records, CancellationToken cancellationToken)
    {
        var instances = records
            .GroupBy(record => record.InstanceId, (_, several) => several.Aggregate((stored, arrived) => arrived.Over(stored)))
            .GroupBy(record => WorkflowRows.PartitionOf(record.InstanceId));
        await Parallel.ForEachAsync(
            instances,
            new ParallelOptions { MaxDegreeOfParallelism = PartitionsAtOnce, CancellationToken = cancellationToken },
            async (group, cancelled) => await RecordAsync(group.Key, [.. group], cancelled));
    }

    private async Task RecordAsync(string partition, List<WorkflowRecord> records, CancellationToken cancellationToken)
    {
        for (var go = 1; records.Count > 0; go++)
        {
            List<Unit<WorkflowRecord>> units = [];
            foreach (var some in records.Chunk(ReadsAtOnce))
            {
                var rows = await Task.WhenAll(some.Select(record => tables.Workflows.GetEntityIfExistsAsync<TableEntity>(
                    partition, WorkflowRows.Instance(record.InstanceId), cancellationToken: cancellationToken)));
                units.AddRange(some.Zip(rows)
                    .Select(pair => new Unit<WorkflowRecord>(
                        pair.First, Actions(partition, pair.First, pair.Second.HasValue ? pair.Second.Value : null)))
                    .Where(unit => unit.Actions.Count > 0));
            }

            var refused = await UnitSubmitter.SubmitAsync(tables.Workflows, units, cancellationToken);
            var lost = refused.Where(one => !one.IsConflict || go == MaxGoes).ToList();
            foreach (var one in lost)
            {
                // It must not stop the others. The look at the engine may find it again.
                Log.WorkflowNotIndexed(logger, one.Unit.Subject.InstanceId, one.Answer.Message);
            }

            // Another was quicker: what it left is read again.
            records = [.. refused.Except(lost).Select(one => one.Unit.Subject)];
        }
    }

    private List<TableTransactionAction> Actions(string partition, WorkflowRecord arrived, TableEntity? row)
    {
        // A record that cannot be read is written over; its lanes are passed over by every reader.
        var stored = row is null ? null : WorkflowRows.TryRead(row, logger);
        var record = arrived.Over(stored);
        if (record == stored)
        {
            return [];
        }

        var first = WorkflowRows.Write(partition, WorkflowRows.Instance(record.InstanceId), record);
        List<TableTransactionAction> actions =
        [
            row is null ? new(TableTransactionActionType.Add, first) : new(TableTransactionActionType.UpdateReplace, first, row.ETag),
        ];
        if (stored is not null && record == stored with { Version = record.Version, Revision = record.Revision })
        {
            return actions;
        }

        var copy = record with { OriginalInput = null };
        var keys = WorkflowRows.LaneKeys(record).ToList();
        var old = stored is null ? [] : WorkflowRows.LaneKeys(stored).Except(keys, StringComparer.Ordinal);
        actions.AddRange(old.Select(key => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, key), Azure.ETag.All)));
        actions.AddRange(keys.Select(key => new TableTransactionAction(
            TableTransactionActionType.UpsertReplace, WorkflowRows.Write(partition, key, copy))));
        return actions;
    }
}

/// <summary>
/// The types that the index has workflows of. A type is written down before its first workflow is, so that a question that names no
/// type finds them all.
/// </summary>
internal sealed class WorkflowTypeBook(StorageTables tables)
{
    private readonly ConcurrentDictionary<string, bool> _written = new(StringComparer.Ordinal);

    public async Task AddAsync(IEnumerable<WorkflowRecord> records, CancellationToken cancellationToken)
    {
        foreach (var type in records.Select(record => record.Type).Distinct(StringComparer.Ordinal).Where(type => !_written.ContainsKey(type)))
        {
            await tables.Workflows.UpsertEntityAsync(WorkflowRows.Type(type), TableUpdateMode.Replace, cancellationToken);
            _written[type] = true;
        }
    }

    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        List<string> types = [];
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {WorkflowRows.TypesPartition}");
        await foreach (var row in tables.Workflows.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            types.Add(row.GetString(WorkflowRows.TypeColumn) ?? row.RowKey);
        }

        return types;
    }
}
