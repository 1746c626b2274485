using System.IO.Pipelines;

namespace Reprocessing.Functions.Http;

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
