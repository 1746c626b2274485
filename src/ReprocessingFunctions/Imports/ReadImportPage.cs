using Microsoft.Azure.Functions.Worker;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;

namespace ReprocessingFunctions.Imports;

internal sealed record ReadImportPageInput(string ImportId, RecordCursor From, int MaxRecords, int MaxBytes);

/// <param name="To">Where the next page begins.</param>
/// <param name="IsLast">Nothing follows.</param>
internal sealed record ImportPageBounds(RecordCursor To, int Records, bool IsLast, bool IsCancelRequested = false);

/// <summary>Finds where a page ends. Gives no record away: a history is no place for them.</summary>
internal sealed class ReadImportPage(ImportStore imports, ImportSource source)
{
    [Function(nameof(ReadImportPage))]
    public async Task<ImportPageBounds> RunAsync([ActivityTrigger] ReadImportPageInput input, CancellationToken cancellationToken)
    {
        var import = await imports.GetAsync(input.ImportId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no import {input.ImportId}.");
        if (import.IsCancelRequested)
        {
            return new(input.From, 0, IsLast: false, IsCancelRequested: true);
        }

        var (to, records) = (input.From, 0);
        await foreach (var record in source.ReadAsync(import, input.From, cancellationToken))
        {
            var isFull = records == input.MaxRecords || (records > 0 && record.Next.Offset - input.From.Offset > input.MaxBytes);
            if (isFull)
            {
                return new(to, records, IsLast: false);
            }

            (to, records) = (record.Next, records + 1);
        }

        return new(to with { Offset = import.Length }, records, IsLast: true);
    }
}
