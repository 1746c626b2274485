using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;

namespace ReprocessingFunctions.Jobs;

/// <summary>
/// Brought by an operation of several acts on an item, whose item is worse off between the first and the last of them than before
/// or after: what was begun is finished, whether or not the job is still wanted.
/// </summary>
internal interface IHalfDoneItems
{
    /// <summary>Ids of the items that were begun and are not done.</summary>
    Task<IReadOnlyList<string>> ListHalfDoneAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Goes on with those of the items that were begun. The others are not touched and answered as pending.</summary>
    Task<IReadOnlyList<ItemResult>> FinishAsync(ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken);
}
