using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Core;

namespace Embedded.DataTables.Protocol;

/// <summary>A request's body, written once and sent as often as the pipeline retries.</summary>
internal sealed class PayloadBuffer : RequestContent, IBufferWriter<byte>
{
    /// <summary>No escapes beyond JSON's own: the body is for the service alone, and an escape is six bytes for one character.</summary>
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private byte[] _bytes;
    private int _length;

    public PayloadBuffer(int expectedLength = 1024) => _bytes = ArrayPool<byte>.Shared.Rent(expectedLength);

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public Utf8JsonWriter JsonWriter() => new(this, JsonOptions);

    public PayloadBuffer Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(GetSpan(utf8.Length));
        _length += utf8.Length;
        return this;
    }

    public PayloadBuffer Append(string text)
    {
        _length += Encoding.UTF8.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    public override void WriteTo(Stream stream, CancellationToken cancellation) => stream.Write(Written.Span);

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellation) => await stream.WriteAsync(Written, cancellation);

    public override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    /// <summary>
    /// To be called after an answer only. A request that was cancelled or timed out may still be read from this memory by the
    /// socket: given back to the pool, it could send another request's bytes as its own, and the service would store them.
    /// </summary>
    public void Recycle()
    {
        var bytes = _bytes;
        (_bytes, _length) = ([], 0);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    public override void Dispose()
    {
    }

    private void Reserve(int size)
    {
        size = Math.Max(size, 1);
        if (_bytes.Length - _length >= size)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + size));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
