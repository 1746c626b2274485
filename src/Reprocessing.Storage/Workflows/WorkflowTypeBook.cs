using System.Collections.Concurrent;
using Azure.Data.Tables;
using Reprocessing.Domain.Workflows;

namespace Reprocessing.Storage.Workflows;

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
