using System.Runtime.CompilerServices;

namespace Reprocessing.Domain.Imports;

/// <summary>
/// Reads records off a stream, from its beginning or from any cursor that an earlier read has given. Holds one record and one
/// read ahead in memory, however long the stream is. Blank lines are no records; a byte order mark is none of the first one's.
/// </summary>
/// <param name="input">Stands where the cursor says. Not disposed.</param>
/// <param name="limit">Bytes that a record may have.</param>
public sealed class RecordReader(Stream input, ImportFormat format, RecordCursor start, int limit = RecordReader.MaxRecordBytes)
{
    public const int MaxRecordBytes = 512 * 1024;

    /// <summary>What is kept of a line that is too long to be kept whole.</summary>
    public const int MaxFaultyBytes = 2_000;

    private const int ReadBytes = 64 * 1024;

    private byte[] _buffer = new byte[ReadBytes];
    private int _from;
    private int _to;
    private bool _isEnd;
    private RecordCursor _at = start;

    public async IAsyncEnumerable<RawRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await SkipByteOrderMarkAsync(cancellationToken);
        while (true)
        {
            var scan = Scan();
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

    private RecordScan Scan() => RecordScanner.Scan(_buffer.AsSpan(_from.._to), format, _isEnd, limit);

    private RawRecord Take(RecordScan scan)
    {
        var at = _at;
        var content = _buffer.AsSpan(_from, scan.Fault is null ? scan.Length : Math.Min(scan.Length, MaxFaultyBytes)).ToArray();
        _from += scan.Consumed;
        _at = new(at.Offset + scan.Consumed, at.Line + scan.Lines);
        return new(at, _at, content, scan.Fault);
    }

    /// <summary>Passes over a line of any length without keeping it.</summary>
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

        var read = await input.ReadAsync(_buffer.AsMemory(_to), cancellationToken);
        _to += read;
        _isEnd = read == 0;
    }
}

/// <summary>A record as it stands in the input, without the line end.</summary>
/// <param name="At">Its place; the line is the one that a reject names.</param>
/// <param name="Next">The place after it.</param>
/// <param name="Content">The bytes; of a record that is at fault no more than what is worth showing.</param>
/// <param name="Fault">What keeps it from being a record at all; null when it is one.</param>
public sealed record RawRecord(RecordCursor At, RecordCursor Next, ReadOnlyMemory<byte> Content, RejectReason? Fault);

/// <summary>Where a record begins, so that a reader can start there.</summary>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Line">Of its first line, from 1.</param>
public sealed record RecordCursor(long Offset, long Line)
{
    public static RecordCursor Start { get; } = new(0, 1);
}
