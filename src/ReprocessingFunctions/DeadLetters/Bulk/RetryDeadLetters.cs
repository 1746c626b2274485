using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>Takes dead letters up anew.</summary>
internal sealed class RetryDeadLetters(
    DeadLetterItems items, DeadLetterWatch watch, IDeadLetterActions actions, RestartStarter starter) : IJobKind
{
    public JobOperation Operation => JobOperation.Retry;

    public ItemAttempts Attempts(string? options) => OptionsJson.Use<ReprocessOptions>(options).ToAttempts();

    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        items.SelectAsync(request, reserve: true, cancellationToken);

    /// <summary>What is decided is stored before anything is started; a start that does not succeed stays for the next run.</summary>
    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<ReprocessOptions>(request.Options);
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var acted = await actions.TakeUpAsync(
            new(act, options.Force, options.Modifications?.ToDomain()) { HoldUntil = request.HoldUntil }, request.Items, cancellationToken);
        await starter.StartAllAsync(client, [.. acted.Select(item => item.Start).OfType<OrderStart>()], cancellationToken);
        return [.. acted.Select(item => item.Result)];
    }

    public Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        watch.LookAsync(request, cancellationToken);

    public Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        items.GiveUpAsync(request, cancellationToken);
}
