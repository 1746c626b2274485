using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>Takes dead letters up anew.</summary>
internal sealed class RetryDeadLetters(
    DeadLetterItems items, DeadLetterWatch watch, IDeadLetterActions actions, RestartStarter starter, DeadLetterAudit audit) : IJobKind
{
    public JobOperation Operation => JobOperation.Retry;

    public ItemAttempts Attempts(string? options) => OptionsJson.Use<ReprocessOptions>(options).ToAttempts();

    public Task<ItemSlice> SelectAsync(SelectRequest request, CancellationToken cancellationToken) =>
        items.SelectAsync(request, reserve: true, cancellationToken);

    /// <summary>
    /// What is decided is stored before anything is started. An item whose start is not accepted has failed; its decision stands
    /// all the same, for the answer alone may have got lost: told again under the same id it is one start, taken back and decided anew two.
    /// </summary>
    public async Task<IReadOnlyList<ItemResult>> ProcessAsync(
        ProcessRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var options = OptionsJson.Use<ReprocessOptions>(request.Options);
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var acted = await actions.TakeUpAsync(
            new(act, options.Force, options.Modifications?.ToDomain()) { HoldUntil = request.HoldUntil }, request.Items, cancellationToken);
        var left = await starter.StartAllAsync(client, [.. acted.Select(item => item.Start).OfType<OrderStart>()], cancellationToken);
        if (left.Count > 0 && request.HoldUntil is not null)
        {
            // The job is done with them: whoever finishes the start, or works on the order after it, must not have to wait for the job.
            await items.GiveUpAsync(request with { Items = [.. request.Items.Where(item => left.Contains(item.Id))] }, cancellationToken);
        }

        await audit.RetriedAsync(act, request.Items, acted, cancellationToken);
        return [.. acted.Select(item => left.Contains(item.Result.Id) ? item.Result.NotStarted() : item.Result)];
    }

    public Task<IReadOnlyList<ItemResult>> WatchAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        watch.LookAsync(request, cancellationToken);

    /// <summary>Among them may be what a call has taken up that died before it could tell.</summary>
    public async Task<IReadOnlyList<ItemResult>> GiveUpAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        var act = await items.ActAsync(request.JobId, cancellationToken);
        var acted = await actions.GiveUpAsync(act, request.Items, cancellationToken);
        await audit.RetriedAsync(act, request.Items, acted, cancellationToken);
        return [.. acted.Select(item => item.Result)];
    }
}
