namespace Reprocessing.Functions.Exports;

/// <summary>Sends an export's file, read as it is sent. The file does not change, so a download that was broken off can be continued.</summary>
internal sealed class ExportContentFunctions(TransferSteps<ExportRecord> steps, ExportPages pages, TimeProvider time)
{
    [Function(nameof(GetExportContent))]
    [Endpoint("exports", "Sends the file that an export has written.",
        Description = "All of it, the bytes that 'Range' asks for, or one of its parts: a download that was broken off is gone on with.")]
    [Parameter("part", "One of the export's pages, from 1; the file is all of them in order.", Max = int.MaxValue)]
    [Parameter("Range", "As bytes=1048576-; one range.", IsHeader = true)]
    [Response(200, "The file, or the part of it, as JSON lines or CSV.", null, MediaType = FileResponse.JsonLinesType)]
    [Response(200, "The file, or the part of it, as JSON lines or CSV.", null, MediaType = "text/csv")]
    [Response(206, "The bytes that were asked for.", null, MediaType = FileResponse.JsonLinesType)]
    [Response(206, "The bytes that were asked for.", null, MediaType = "text/csv")]
    [Refuses("not_found", "invalid_parameter", "export_not_ended", "export_without_content", "range_not_satisfiable")]
    public async Task<HttpResponseData> GetExportContent(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/exports/{exportId}/content")] HttpRequestData request,
        string exportId,
        CancellationToken cancellationToken)
    {
        var export = await steps.FindAsync(exportId, cancellationToken);
        if (export.Totals is not { } totals || !export.HasContent(time.GetUtcNow()))
        {
            throw new ProblemException(export.State.IsFinal() ? ExportRefusals.NoContent(export) : ExportRefusals.NotEnded(export));
        }

        var status = HttpStatusCode.OK;
        var bytes = ByteRange.All(totals.Bytes);
        if (request.QueryText("part") is not null)
        {
            bytes = await FindPageAsync(exportId, request.QueryNumber("part", 1, totals.Pages), cancellationToken);
        }
        else if (ByteRange.Read(request, totals.Bytes) is { } range)
        {
            (status, bytes) = (HttpStatusCode.PartialContent, range);
        }

        if (status == HttpStatusCode.PartialContent && bytes.IsBeyond(totals.Bytes))
        {
            var beyond = await request.ProblemAsync(ExportRefusals.RangeBeyond(totals.Bytes), cancellationToken);
            beyond.Headers.Add("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes */{totals.Bytes}"));
            return beyond;
        }

        var body = await pages.OpenAsync(export.Id, bytes.First, bytes.Last - bytes.First + 1, cancellationToken);
        var response = request.File(status, FileResponse.TypeOf(export.Format), $"{export.Id}.{EnumNames.Of(export.Format)}", body);
        response.Headers.Add("Accept-Ranges", "bytes");
        response.Headers.Add(EntityTags.Header, $"\"{export.Id}\"");
        if (status == HttpStatusCode.PartialContent)
        {
            response.Headers.Add("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {bytes.First}-{bytes.Last}/{totals.Bytes}"));
        }

        return response;
    }

    private async Task<ByteRange> FindPageAsync(string exportId, int number, CancellationToken cancellationToken)
    {
        var at = 0L;
        await foreach (var page in pages.ListAsync(exportId, cancellationToken))
        {
            if (page.Number == number)
            {
                return new(at, at + page.Bytes - 1);
            }

            at += page.Bytes;
        }

        throw new InvalidOperationException($"Page {number} of export {exportId} is gone.");
    }
}

internal sealed record ByteRange(long First, long Last)
{
    public static ByteRange All(long length) => new(0, length - 1);

    /// <summary>The request's <c>Range</c> (RFC 9110); null without one, and of one that is not understood or names several, which is to be passed over.</summary>
    public static ByteRange? Read(HttpRequestData request, long length) =>
        request.Headers.TryGetValues("Range", out var values)
        && RangeHeaderValue.TryParse(string.Join(',', values), out var asked)
        && asked.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
        && asked.Ranges.ToList() is [var range]
            ? range.From is { } first ? new(first, Math.Min(range.To ?? length, length - 1)) : new(Math.Max(0, length - range.To!.Value), length - 1)
            : null;

    public bool IsBeyond(long length) => First >= length || Last < First;
}
