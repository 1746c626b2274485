using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;

namespace Reprocessing.Storage.Workflows;

/// <summary>
/// Every workflow that this application has started, by what is asked about workflows. Kept by the application, because a task
/// hub cannot be asked so without reading all of it.
/// </summary>
public interface IWorkflowIndex
{
    /// <summary>Takes in what orders' changes have told; <see cref="QueryAsync"/> and <see cref="StreamAsync"/> do it themselves first.</summary>
    Task FoldAsync(CancellationToken cancellationToken);

    /// <summary>As last recorded; call <see cref="FoldAsync"/> before for what was told since.</summary>
    /// <returns>Null when there is none of that id.</returns>
    Task<WorkflowRecord?> GetAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>Takes records in. One that is older than what is stored changes nothing, so they may come late, twice and in any order.</summary>
    Task RecordAsync(IReadOnlyList<WorkflowRecord> records, CancellationToken cancellationToken);

    /// <summary>A page of those that match, without their inputs; in the order of the lane that the query is answered from.</summary>
    /// <param name="filter">Of <see cref="WorkflowFields.Catalog"/>; null for all.</param>
    /// <exception cref="FormatException">The token is none that was given out for such a query.</exception>
    Task<Page<WorkflowRecord>> QueryAsync(FilterPredicate? filter, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>
    /// All that match, some hundreds at a time and without their inputs. One whose state changes meanwhile may come twice or not at all.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<WorkflowRecord>> StreamAsync(FilterPredicate? filter, CancellationToken cancellationToken);
}
