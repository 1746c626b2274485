namespace Reprocessing.Storage.Imports;

/// <summary>What was uploaded, in rows, until its import has ended.</summary>
public sealed class ImportUploads(StorageTables tables)
{
    /// <summary>Keeps the stream as it comes, a row at a time. The same import again replaces what was kept.</summary>
    /// <param name="limit">Bytes; reading stops beyond.</param>
    /// <param name="onBytes">Is shown all that is kept, in order.</param>
    /// <returns>Bytes kept; more than the limit when there were more.</returns>
    public async Task<long> SaveAsync(
        string importId, Stream content, long limit, Action<ReadOnlySpan<byte>> onBytes, CancellationToken cancellationToken)
    {
        var piece = new byte[ImportRows.PieceBytes];
        var total = 0L;
        for (var index = 0; ; index++)
        {
            var length = await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
            total += length;
            if (length == 0 || total > limit)
            {
                return total;
            }

            onBytes(piece.AsSpan(0, length));
            var row = ImportRows.BytesRow(importId, ImportRows.Piece(index), piece.AsSpan(0, length));
            await tables.Imports.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
            if (length < piece.Length)
            {
                return total;
            }
        }
    }

    /// <summary>From an offset to the end; rows are read as they are needed.</summary>
    public Stream Open(string importId, long offset, long length) => new UploadStream(tables.Imports, importId, offset, length);

    public Task DeleteAsync(string importId, CancellationToken cancellationToken) =>
        RowDeletion.DeleteAsync(tables.Imports, new KeyRange(importId, "c|"), cancellationToken);
}

/// <summary>An upload as a stream: one row of it in memory at a time.</summary>
internal sealed class UploadStream(TableClient table, string importId, long offset, long length) : Stream
{
    private long _at = offset;
    private byte[] _piece = [];
    private int _index = -1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _at; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at >= length || buffer.Length == 0)
        {
            return 0;
        }

        var index = (int)(_at / ImportRows.PieceBytes);
        if (index != _index)
        {
            var row = await table.GetEntityAsync<TableEntity>(importId, ImportRows.Piece(index), cancellationToken: cancellationToken);
            (_piece, _index) = (ImportRows.ReadBytes(row.Value), index);
        }

        var from = (int)(_at % ImportRows.PieceBytes);
        var size = (int)Math.Min(Math.Min(buffer.Length, _piece.Length - from), length - _at);
        _piece.AsSpan(from, size).CopyTo(buffer.Span);
        _at += size;
        return size;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Rows are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
