using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters;

internal static class DeadLetterAnswers
{
    /// <summary>A dead letter, its place and the tag that guards an edit of it.</summary>
    public static Task<HttpResponseData> DeadLetterAsync(
        this HttpRequestData request, FoundDeadLetter found, CancellationToken cancellationToken, HttpStatusCode status = HttpStatusCode.OK) =>
        request.AnswerAsync(
            status,
            DeadLetterAnswer.Of(found.Entry, request),
            [("Location", request.LinkTo(DeadLetterAnswer.Path(found.Entry.OrderId))), (EntityTags.Header, EntityTags.Of(found.Tag))],
            cancellationToken);
}
