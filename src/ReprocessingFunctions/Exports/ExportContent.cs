using System.Runtime.CompilerServices;
using Reprocessing.Storage.Exports;

namespace ReprocessingFunctions.Exports;

/// <summary>What an export has written.</summary>
internal sealed class ExportContent(IExportStore exports, IExportPages pages)
{
    /// <summary>The bytes of a range, a row of storage in memory at a time.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        string exportId, ByteRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var at = 0L;
        await foreach (var page in pages.ListAsync(exportId, cancellationToken))
        {
            if (at > range.Last)
            {
                yield break;
            }

            if (at + page.Bytes <= range.First)
            {
                at += page.Bytes;
                continue;
            }

            await foreach (var piece in pages.ReadAsync(exportId, page.Number, cancellationToken))
            {
                var part = range.CutFrom(piece, at);
                at += piece.Length;
                if (!part.IsEmpty)
                {
                    yield return part;
                }
            }
        }
    }

    /// <summary>Where a page stands in the file.</summary>
    public async Task<ByteRange> FindPageAsync(string exportId, int number, CancellationToken cancellationToken)
    {
        var at = 0L;
        await foreach (var page in pages.ListAsync(exportId, cancellationToken))
        {
            if (page.Number == number)
            {
                return new(at, at + page.Bytes - 1);
            }

            at += page.Bytes;
        }

        throw new InvalidOperationException($"Page {number} of export {exportId} is gone.");
    }

    /// <summary>Deletes it for good; may be asked for again.</summary>
    public async Task DropAsync(ExportRecord export, CancellationToken cancellationToken)
    {
        await pages.DeleteContentAsync(export.ExportId, cancellationToken);
        await exports.EditAsync(
            export.ExportId, stored => stored.IsContentDeleted ? null : stored with { IsContentDeleted = true }, cancellationToken);
        await exports.ForgetKeptAsync(export, cancellationToken);
    }
}
