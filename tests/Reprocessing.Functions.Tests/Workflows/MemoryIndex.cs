using Reprocessing.Domain.Filters;
using Reprocessing.Storage.Workflows;

namespace Reprocessing.Functions.Tests.Workflows;

/// <summary>The index's contract in memory: what is recorded stands as soon as it was projected.</summary>
internal sealed class MemoryIndex : IWorkflowIndex
{
    public Dictionary<string, WorkflowRecord> Records { get; } = [];

    public int Projections { get; private set; }

    public Exception? FailsWith { get; set; }

    public Task ProjectAsync(CancellationToken cancellationToken)
    {
        Projections++;
        return Task.CompletedTask;
    }

    public Task<WorkflowRecord?> GetAsync(string instanceId, CancellationToken cancellationToken) => Task.FromResult(Records.GetValueOrDefault(instanceId));

    public Task RecordAsync(IReadOnlyList<WorkflowRecord> records, CancellationToken cancellationToken)
    {
        lock (Records)
        {
            foreach (var record in FailsWith is null ? records : throw FailsWith)
            {
                Records[record.InstanceId] = record.Over(Records.GetValueOrDefault(record.InstanceId));
            }
        }

        return Task.CompletedTask;
    }

    public Task<Reprocessing.Storage.Page<WorkflowRecord>> QueryAsync(FilterPredicate? filter, int limit, string? token, CancellationToken cancellationToken)
    {
        var found = Matching(filter).Where(record => string.CompareOrdinal(record.InstanceId, token) > 0).Take(limit + 1).ToList();
        return Task.FromResult(found.Count > limit ? new Reprocessing.Storage.Page<WorkflowRecord>(found[..limit], found[limit - 1].InstanceId) : new(found, null));
    }

    private IEnumerable<WorkflowRecord> Matching(FilterPredicate? filter) => Records.Values
        .Where(record => filter?.Matches(record) != false)
        .OrderBy(record => record.InstanceId, StringComparer.Ordinal);
}
