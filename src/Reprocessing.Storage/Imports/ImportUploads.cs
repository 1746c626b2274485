using Azure.Data.Tables;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transactions;

namespace Reprocessing.Storage.Imports;

internal sealed class ImportUploads(StorageTables tables) : IImportUploads
{
    private const string Prefix = "c|";

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

    public Stream Open(string importId, long offset, long length) => new UploadStream(tables.Imports, importId, offset, length);

    public Task DeleteAsync(string importId, CancellationToken cancellationToken) =>
        RowDeletion.DeleteAsync(tables.Imports, importId, Prefix, RowKeys.After(Prefix), cancellationToken);
}
