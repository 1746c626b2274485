using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orders;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>The common end of the functions that do something with one dead letter: it is told to the audit log and answered.</summary>
internal sealed class DeadLetterDeeds(IDeadLetters deadLetters, OrderAudit audit)
{
    /// <param name="done">The status when it was done.</param>
    public async Task<HttpResponseData> AnswerAsync(
        HttpRequestData request, ActedItem acted, OrderDeed deed, HttpStatusCode done, CancellationToken cancellationToken)
    {
        var result = acted.Result;
        await audit.TellAsync(result.Id, deed, acted.Order, cancellationToken);
        if (result.State != ItemState.Succeeded)
        {
            return await request.ProblemAsync(DeadLetterProblems.Of(result, acted.Entry), cancellationToken);
        }

        // Read again, as the tag is made by the storage. Whoever purged it meanwhile leaves nothing to answer with but what was done.
        return await deadLetters.GetAsync(result.Id, cancellationToken) is { } found
            ? await request.DeadLetterAsync(found, cancellationToken, done)
            : await request.ProblemAsync(Problems.NotFound("dead letter of order", result.Id), cancellationToken);
    }
}
