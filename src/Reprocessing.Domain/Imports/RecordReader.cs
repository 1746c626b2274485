namespace Reprocessing.Domain.Imports;

/// <summary>Reads records from any cursor on. It holds one record and one read ahead in memory, and skips blank lines and a byte order mark.</summary>
/// <param name="input">Positioned at the cursor. Not disposed.</param>
/// <param name="end">The offset beyond which nothing is read, whatever follows there.</param>
public sealed class RecordReader(
    Stream input, ImportFormat format, RecordCursor start, int limit = RecordReader.MaxRecordBytes, long end = long.MaxValue)
{
    public const int MaxRecordBytes = 512 * 1024;
    public const int MaxFaultyBytes = 2_000;

    private const int ReadBytes = 64 * 1024;

    private byte[] _buffer = new byte[ReadBytes];
    private int _from;
    private int _to;
    private bool _isEnd;
    private RecordCursor _at = start;
    private long _read = start.Offset;

    public async IAsyncEnumerable<RawRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await SkipByteOrderMarkAsync(cancellationToken);
        while (true)
        {
            var scan = RecordScanner.Scan(_buffer.AsSpan(_from.._to), format, _isEnd, limit);
            if (scan.Consumed == RecordScan.NeedsMore.Consumed)
            {
                await FillAsync(cancellationToken);
                continue;
            }

            var record = scan.Consumed == RecordScan.EndlessLine.Consumed
                ? await SkipLineAsync(scan.Fault!.Value, cancellationToken)
                : Take(scan);
            if (record.Next.Offset == record.At.Offset)
            {
                yield break;
            }

            if (record.Content.Length > 0)
            {
                yield return record;
            }
        }
    }

    private RawRecord Take(RecordScan scan)
    {
        var at = _at;
        var content = _buffer.AsSpan(_from, scan.Fault is null ? scan.Length : Math.Min(scan.Length, MaxFaultyBytes)).ToArray();
        _from += scan.Consumed;
        _at = new(at.Offset + scan.Consumed, at.Line + scan.Lines);
        return new(at, _at, content, scan.Fault);
    }

    private async Task<RawRecord> SkipLineAsync(RejectReason fault, CancellationToken cancellationToken)
    {
        var at = _at;
        var content = _buffer.AsSpan(_from, Math.Min(_to - _from, MaxFaultyBytes)).ToArray();
        while (true)
        {
            var end = _buffer.AsSpan(_from.._to).IndexOf((byte)'\n');
            var passed = end >= 0 ? end + 1 : _to - _from;
            _from += passed;
            _at = new(_at.Offset + passed, _at.Line + (end >= 0 ? 1 : 0));
            if (end >= 0 || _isEnd)
            {
                return new(at, _at, content, fault);
            }

            await FillAsync(cancellationToken);
        }
    }

    private async Task SkipByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        if (_at.Offset > 0)
        {
            return;
        }

        while (_to - _from < Encoding.UTF8.Preamble.Length && !_isEnd)
        {
            await FillAsync(cancellationToken);
        }

        if (_buffer.AsSpan(_from.._to).StartsWith(Encoding.UTF8.Preamble))
        {
            _from += Encoding.UTF8.Preamble.Length;
            _at = _at with { Offset = Encoding.UTF8.Preamble.Length };
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_from > 0)
        {
            _buffer.AsSpan(_from.._to).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }

        if (_buffer.Length - _to < ReadBytes / 2)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var free = (int)Math.Clamp(end - _read, 0, _buffer.Length - _to);
        var read = await input.ReadAsync(_buffer.AsMemory(_to, free), cancellationToken);
        _to += read;
        _read += read;
        _isEnd = read == 0;
    }
}

public sealed record RawRecord(RecordCursor At, RecordCursor Next, ReadOnlyMemory<byte> Content, RejectReason? Fault);

public sealed record RecordCursor(long Offset, long Line)
{
    public static RecordCursor Start { get; } = new(0, 1);
}
