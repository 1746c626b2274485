using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>Deletes dead-letter entries. It reserves nothing: the orders of resolved entries live on and belong to others.</summary>
internal sealed class PurgeDeadLetters(DeadLetterItems items, IDeadLetterActions actions, DeadLetterAudit audit) : IJobKind
{
    public JobOperation Operation => JobOperation.Purge;

    public ItemAttempts Attempts(string? options) => ItemAttempts.Once;

    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        items.SelectAsync(request, reserve: false, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<PurgeOptions>(request.Options);
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var purged = await actions.PurgeAsync(new(act, options.Force), request.Items, cancellationToken);
        await audit.PurgedAsync(act, request.Items, purged, cancellationToken);
        return [.. purged.Select(item => item.Result)];
    }

    /// <summary>What is deleted has no outcome to wait for.</summary>
    public Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemResult>>([.. request.Items.Select(item => new ItemResult(item.Id, ItemState.Succeeded))]);

    public Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        items.GiveUpAsync(request, cancellationToken);
}
