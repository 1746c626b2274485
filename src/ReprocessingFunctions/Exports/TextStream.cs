using System.Text;

namespace ReprocessingFunctions.Exports;

/// <summary>Text that is made as it is read: no more of it is in memory than one piece.</summary>
internal sealed class TextStream(IAsyncEnumerable<string> text, CancellationToken cancellationToken) : Stream
{
    private const int PieceBytes = 32 * 1024;

    private readonly IAsyncEnumerator<string> _text = text.GetAsyncEnumerator(cancellationToken);
    private readonly MemoryStream _piece = new();
    private bool _isEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Makes the first piece.</summary>
    public Task PrepareAsync() => FillAsync();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_piece.Position == _piece.Length && !_isEnd)
        {
            await FillAsync();
        }

        return _piece.Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // A host that knows no other way copies without awaiting.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _text.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task FillAsync()
    {
        _piece.SetLength(0);
        while (_piece.Length < PieceBytes && !_isEnd)
        {
            _isEnd = !await _text.MoveNextAsync();
            if (!_isEnd)
            {
                _piece.Write(Encoding.UTF8.GetBytes(_text.Current));
            }
        }

        _piece.Position = 0;
    }
}
