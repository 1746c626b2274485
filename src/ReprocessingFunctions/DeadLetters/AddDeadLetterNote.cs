using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orders;

namespace ReprocessingFunctions.DeadLetters;

internal sealed record AddDeadLetterNoteRequest
{
    [Required]
    public string? Text { get; init; }

    public string? Author { get; init; }
}

/// <summary>Writes a note on a dead letter and on its order's timeline. Two notes may say the same: sent again, it is written again.</summary>
internal sealed class AddDeadLetterNote(IDeadLetterActions actions, DeadLetterDeeds deeds, HttpEndpoint endpoint)
{
    [Function(nameof(AddDeadLetterNote))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "dead-letters/{orderId}/notes")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request, () => AddAsync(request, orderId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> AddAsync(HttpRequestData request, string orderId, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<AddDeadLetterNoteRequest>(request, cancellationToken);
        var text = body.Value?.Text ?? string.Empty;
        var (author, authorFault) = Requester.Read(request, body.Value?.Author, "author");
        ProblemError[] faults = [.. new[] { BodyText.Fault(text, "text", BodyText.MaxReason), authorFault }.OfType<ProblemError>()];
        if ((OrderIds.Check(orderId) ?? body.Problem ?? (faults.Length > 0 ? Problems.InvalidBody(faults) : null)) is { } problem)
        {
            return await request.ProblemAsync(problem, cancellationToken);
        }

        var acted = await actions.AddNoteAsync(orderId, text, author, tag => EntityTags.Allows(request, tag), cancellationToken);
        return await deeds.AnswerAsync(request, acted, OrderDeed.NoteAdded, HttpStatusCode.Created, cancellationToken);
    }
}
