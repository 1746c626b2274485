using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>
/// The file that an export has written, read as it is sent: all of it, the bytes that a <c>Range</c> asks for, or one of its parts. It
/// does not change, so what was broken off is gone on with from there.
/// </summary>
internal sealed class GetExportContent(IExportStore exports, ExportContent content, TimeProvider time, HttpEndpoint endpoint)
{
    [Function(nameof(GetExportContent))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/{exportId}/content")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken) => endpoint.RunAsync(request, () => SendAsync(request, exportId, cancellationToken), cancellationToken);

    private async Task<HttpResponseData> SendAsync(HttpRequestData request, string exportId, CancellationToken cancellationToken)
    {
        if (await exports.GetAsync(exportId, cancellationToken) is not { } export)
        {
            return await request.ProblemAsync(Problems.NotFound("export", exportId), cancellationToken);
        }

        if (export.Totals is not { } totals || !export.HasContent(time.GetUtcNow()))
        {
            return await request.ProblemAsync(
                export.State.IsFinal() ? ExportAnswers.NoContent(export) : ExportAnswers.NotEnded(export), cancellationToken);
        }

        if (request.Query["part"] is { Length: > 0 })
        {
            var (part, problem) = Paging.QueryNumber(request, "part", 1, totals.Pages);
            return problem is not null
                ? await request.ProblemAsync(problem, cancellationToken)
                : await AnswerAsync(request, export, await content.FindPageAsync(exportId, part, cancellationToken), HttpStatusCode.OK, cancellationToken);
        }

        if (ByteRange.Read(request, totals.Bytes) is not { } range)
        {
            return await AnswerAsync(request, export, ByteRange.All(totals.Bytes), HttpStatusCode.OK, cancellationToken);
        }

        if (!range.IsBeyond(totals.Bytes))
        {
            return await AnswerAsync(request, export, range, HttpStatusCode.PartialContent, cancellationToken);
        }

        var beyond = await request.ProblemAsync(ExportAnswers.RangeBeyond(totals.Bytes), cancellationToken);
        beyond.Headers.Add("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes */{totals.Bytes}"));
        return beyond;
    }

    private async Task<HttpResponseData> AnswerAsync(
        HttpRequestData request, ExportRecord export, ByteRange range, HttpStatusCode status, CancellationToken cancellationToken)
    {
        var body = await PulledStream.OpenAsync(cancel => content.ReadAsync(export.ExportId, range, cancel), cancellationToken);
        var response = request.CreateResponse(status);
        response.AddFileHeaders(export.Format, export.ExportId);
        response.Headers.Add("Accept-Ranges", "bytes");
        response.Headers.Add(EntityTags.Header, $"\"{export.ExportId}\"");
        if (status == HttpStatusCode.PartialContent)
        {
            response.Headers.Add(
                "Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/{export.Totals?.Bytes}"));
        }

        response.Body = body;
        return response;
    }
}
