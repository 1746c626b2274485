using System.Buffers;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Export;

/// <summary>
/// Dead letters as a file, newest first. The body is written while it is read, so a queue of any size passes through; a storage that
/// does not answer at the beginning is a problem, and later breaks the file off.
/// </summary>
internal sealed class ExportDeadLetters(IDeadLetters deadLetters, TimeProvider time, HttpEndpoint endpoint)
{
    private const int ChunkBytes = 32 * 1_024;

    [Function(nameof(ExportDeadLetters))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "exports/dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () =>
            {
                var now = time.GetUtcNow();
                var (format, formatProblem) = ExportFormats.Read(request);
                var (query, queryProblem) = DeadLetterFilters.ReadQuery(request, now);
                if (format is null || queryProblem is not null)
                {
                    return await request.ProblemAsync((formatProblem ?? queryProblem)!, cancellationToken);
                }

                var body = await PulledStream.OpenAsync(cancel => ChunksAsync(deadLetters.ReadAsync(query, cancel), format, cancel), cancellationToken);
                return Answer(request, format, now, body);
            },
            cancellationToken);

    private static HttpResponseData Answer(HttpRequestData request, IExportFormat format, DateTimeOffset now, Stream body)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        var name = string.Create(CultureInfo.InvariantCulture, $"dead-letters-{now.UtcDateTime:yyyyMMdd-HHmmss}.{format.Extension}");
        response.Headers.Add("Content-Type", format.MediaType);
        response.Headers.Add("Content-Disposition", $"attachment; filename=\"{name}\"");
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        response.Body = body;
        return response;
    }

    /// <summary>The same buffer again and again: what is given out holds until the next is asked for.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(
        IAsyncEnumerable<DeadLetterEntry> entries, IExportFormat format, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * ChunkBytes);
        format.WriteHead(buffer);
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            format.Write(buffer, entry);
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
