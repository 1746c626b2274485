using System.IO.Pipelines;

namespace Reprocessing.Functions.Exports;

internal static class FileResponse
{
    public const string CsvType = "text/csv; charset=utf-8; header=present";
    public const string JsonLinesType = "application/x-ndjson";

    private const int ChunkBytes = 32 * 1_024;

    public static string TypeOf(ImportFormat format) => format == ImportFormat.Csv ? CsvType : JsonLinesType;

    /// <summary>A storage that does not answer at the first row is a problem; later it breaks the file off.</summary>
    public static async Task<HttpResponseData> FileAsync(
        this HttpRequestData request, string type, string name, Func<CancellationToken, IAsyncEnumerable<string>> rows, CancellationToken cancellationToken)
    {
        var body = await PulledStream.OpenAsync(cancel => ChunksAsync(rows(cancel), cancel), cancellationToken);
        return request.File(HttpStatusCode.OK, type, name, body);
    }

    public static HttpResponseData File(this HttpRequestData request, HttpStatusCode status, string type, string name, Stream body)
    {
        var response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", type);
        response.Headers.Add("Content-Disposition", $"attachment; filename=\"{name}\"");
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        response.Body = body;
        return response;
    }

    /// <summary>Fills the same buffer again and again: a chunk is valid until the next one is asked for.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(
        IAsyncEnumerable<string> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * ChunkBytes);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            Encoding.UTF8.GetBytes(row, buffer);
            if (buffer.WrittenCount >= ChunkBytes)
            {
                yield return buffer.WrittenMemory;
                buffer.ResetWrittenCount();
            }
        }

        if (buffer.WrittenCount > 0)
        {
            yield return buffer.WrittenMemory;
        }
    }
}

/// <summary>A response body that is made while it is sent, no faster than it is read.</summary>
internal static class PulledStream
{
    private static readonly PipeOptions OneChunkAhead = new(pauseWriterThreshold: 1, resumeWriterThreshold: 1);

    /// <summary>The first chunk is made at once, so that what goes wrong from the beginning can still be answered. A chunk is valid until the next one is asked for.</summary>
    public static async Task<Stream> OpenAsync(
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> chunks, CancellationToken cancellationToken)
    {
        var source = chunks(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isMore = await source.MoveNextAsync();
        var pipe = new Pipe(OneChunkAhead);
        _ = FillAsync(pipe.Writer, source, isMore);
        return pipe.Reader.AsStream();
    }

    private static async Task FillAsync(PipeWriter pipe, IAsyncEnumerator<ReadOnlyMemory<byte>> source, bool isMore)
    {
        Exception? fault = null;
        try
        {
            await using (source)
            {
                // For a reader that has gone nothing more is made.
                while (isMore && !(await pipe.WriteAsync(source.Current)).IsCompleted)
                {
                    isMore = await source.MoveNextAsync();
                }
            }
        }
        catch (Exception e)
        {
            // Thrown by the reader's next read, which breaks the response off.
            fault = e;
        }

        await pipe.CompleteAsync(fault);
    }
}
