using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;

namespace ReprocessingFunctions.Imports;

/// <summary>An order of a page, and where it stands.</summary>
/// <param name="Raw">For a reject, should it come to that.</param>
internal sealed record ImportedRecord(long Line, ImportedOrder Order, string Raw);

/// <summary>A page as it was read: each record is in one of the lists.</summary>
internal sealed record ReadPage(ImportRecord Import, IReadOnlyList<ImportedRecord> Orders, IReadOnlyList<RejectedRecord> Rejected);

/// <summary>Reads the records of a page and makes orders of them. The same page gives the same, whenever it is read.</summary>
internal sealed class ImportPageReader(ImportStore imports, ImportSource source)
{
    public async Task<ReadPage> ReadAsync(ImportPageWork work, CancellationToken cancellationToken)
    {
        var import = await imports.GetAsync(work.ImportId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no import {work.ImportId}.");
        var records = ImportSource.RecordsOf(import);
        List<ImportedRecord> orders = [];
        List<RejectedRecord> rejected = [];
        await foreach (var record in source.ReadAsync(import, work.From, cancellationToken))
        {
            if (record.At.Offset >= work.To.Offset)
            {
                break;
            }

            var (order, rejection) = records.Read(record);
            var raw = RecordText.Show(record.Content.Span);
            if (order is not null)
            {
                orders.Add(new(record.At.Line, order, raw));
            }
            else if (rejection is not null)
            {
                rejected.Add(RejectedRecord.Of(record.At.Line, rejection, raw));
            }
        }

        return new(import, orders, rejected);
    }
}
