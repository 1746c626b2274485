using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Notices;
using ReprocessingFunctions.Orders;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>
/// Takes one dead letter out of the queue: starts its order anew, cancels it, or hands it to people. What is decided is stored before
/// a workflow is started; of one that cannot be started now the answer says that it is still to come.
/// </summary>
internal sealed class ResolveDeadLetter(
    IDeadLetterActions actions, DeadLetterDeeds deeds, RestartStarter starter, INotices notices, HttpEndpoint endpoint)
{
    [Function(nameof(ResolveDeadLetter))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "dead-letters/{orderId}/resolve")] HttpRequestData request,
        string orderId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => ResolveAsync(request, orderId, client, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> ResolveAsync(
        HttpRequestData request, string orderId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<ResolveDeadLetterRequest>(request, cancellationToken);
        var asked = body.Value ?? new();
        var (resolution, act, fault) = asked.Read(request);
        if ((OrderIds.Check(orderId) ?? body.Problem ?? fault) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        var acted = resolution == DeadLetterResolution.ManualRetry
            ? await TakeUpAsync(request, orderId, asked, act, cancellationToken)
            : await ActAsync(request, orderId, new(act, resolution, asked.Notes), cancellationToken);
        var left = acted.Start is { } start ? await starter.StartAllAsync(client, [start], cancellationToken) : [];
        await notices.EscalatedAsync(client, [acted], cancellationToken);
        var done = left.Count == 0 ? HttpStatusCode.OK : HttpStatusCode.Accepted;
        return await deeds.AnswerAsync(request, acted, OrderDeed.Resolved, done, cancellationToken);
    }

    private async Task<ActedItem> TakeUpAsync(
        HttpRequestData request, string orderId, ResolveDeadLetterRequest asked, AuditedAction act, CancellationToken cancellationToken)
    {
        var takeUp = new TakeUpRequest(act, asked.Force, asked.Modifications?.ToDomain(), asked.Notes)
        {
            Allows = tag => EntityTags.Allows(request, tag),
        };
        return (await actions.TakeUpAsync(takeUp, [new(orderId, string.Empty)], cancellationToken))[0];
    }

    private async Task<ActedItem> ActAsync(
        HttpRequestData request, string orderId, ResolveRequest resolve, CancellationToken cancellationToken) =>
        (await actions.ResolveAsync(
            resolve with { Allows = tag => EntityTags.Allows(request, tag), TellsOutside = notices.AreWanted }, [new ItemRef(orderId, string.Empty)], cancellationToken))[0];
}
