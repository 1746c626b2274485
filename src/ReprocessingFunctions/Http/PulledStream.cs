namespace ReprocessingFunctions.Http;

/// <summary>
/// A body that is made while it is read: nothing but one chunk is held, and nothing is made that nobody takes. It has no length and
/// cannot be gone back in, which is how whoever sends it knows that it is one of these.
/// </summary>
internal sealed class PulledStream : Stream
{
    private readonly CancellationTokenSource _end = new();
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _chunks;
    private ReadOnlyMemory<byte> _rest;
    private bool _isOver;

    private PulledStream(Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> chunks) =>
        _chunks = chunks(_end.Token).GetAsyncEnumerator(_end.Token);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The first chunk is made at once, so that what goes wrong from the beginning can still be answered.</summary>
    public static async Task<PulledStream> OpenAsync(
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> chunks, CancellationToken cancellationToken)
    {
        var stream = new PulledStream(chunks);
        try
        {
            await stream.PullAsync(cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (!await PullAsync(cancellationToken))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _chunks.DisposeAsync();
        _end.Dispose();
        await base.DisposeAsync();
    }

    /// <returns>False at the end.</returns>
    private async Task<bool> PullAsync(CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return false;
        }

        await using var left = cancellationToken.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
        _isOver = !await _chunks.MoveNextAsync();
        _rest = _isOver ? default : _chunks.Current;
        return !_isOver;
    }
}
