namespace Reprocessing.Cli.Tests.Testing;

/// <summary>Gives a few bytes and then breaks off, as a connection does.</summary>
internal sealed class BrokenStream : Stream
{
    private bool _hasGiven;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_hasGiven)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The line went dead.");
        }

        _hasGiven = true;
        buffer[offset] = (byte)'a';
        return 1;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
