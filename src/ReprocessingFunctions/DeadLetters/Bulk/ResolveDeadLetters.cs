using Microsoft.DurableTask.Client;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Notices;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>Closes dead letters without a restart.</summary>
internal sealed class ResolveDeadLetters(
    DeadLetterItems items, IDeadLetterActions actions, INotices notices, DeadLetterAudit audit) : IJobKind
{
    public JobOperation Operation => JobOperation.Resolve;

    public ItemAttempts Attempts(string? options) => ItemAttempts.Once;

    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        items.SelectAsync(request, reserve: true, cancellationToken);

    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<ResolveOptions>(request.Options);
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var resolve = new ResolveRequest(act, options.Resolution ?? DeadLetterResolution.Escalated, options.Notes)
        {
            TellsOutside = notices.AreWanted,
        };
        var acted = await actions.ResolveAsync(resolve, request.Items, cancellationToken);
        await notices.EscalatedAsync(client, acted, cancellationToken);
        await audit.ResolvedAsync(act, request.Items, acted, cancellationToken);
        return [.. acted.Select(item => item.Result)];
    }

    /// <summary>What is resolved has no outcome to wait for.</summary>
    public Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemResult>>([.. request.Items.Select(item => new ItemResult(item.Id, ItemState.Succeeded))]);

    public Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        items.GiveUpAsync(request, cancellationToken);
}
