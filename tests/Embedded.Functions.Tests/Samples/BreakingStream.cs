namespace Embedded.Functions.Tests.Samples;

/// <summary>Some bytes, and then a fault.</summary>
internal sealed class BreakingStream(int bytes) : Stream
{
    private int _left = bytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left == 0)
        {
            throw new IOException("The source is gone.");
        }

        var read = Math.Min(count, _left);
        buffer.AsSpan(offset, read).Fill((byte)'x');
        _left -= read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }
}
