using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Exports;

internal sealed record WriteExportPageInput(string ExportId, int Number, OrderCursor From, ExportLimits Limits) : TimedInput;

/// <param name="To">Where the next page begins.</param>
/// <param name="IsLast">Nothing follows.</param>
internal sealed record ExportPageBounds(OrderCursor To, ExportCounts Counts, bool IsLast, bool IsCancelRequested = false);

/// <summary>
/// Reads the orders of a page and keeps them as text. The page that was written first is the page: asked for again, this answers
/// the same, whatever has become of the orders since.
/// </summary>
internal sealed class WriteExportPage(
    IExportStore exports, IExportPages pages, IOrderScan orders, TimeProvider time, ILogger<WriteExportPage> logger)
{
    [Function(nameof(WriteExportPage))]
    public Task<ExportPageBounds> RunAsync([ActivityTrigger] WriteExportPageInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => WriteOnceAsync(input, token), cancellationToken);

    private async Task<ExportPageBounds> WriteOnceAsync(WriteExportPageInput input, CancellationToken cancellationToken)
    {
        var export = await exports.GetAsync(input.ExportId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no export {input.ExportId}.");
        if (export.IsCancelRequested)
        {
            return new(input.From, new(), IsLast: false, IsCancelRequested: true);
        }

        if (await pages.GetAsync(input.ExportId, input.Number, cancellationToken) is { } known)
        {
            return ToBounds(known);
        }

        var page = await WriteAsync(export, input, cancellationToken);
        // Nothing but the end was left to read: an empty page would be an empty part of the file.
        var isEmpty = page.Page is { IsLast: true, Counts: { Records: 0, Skipped: 0 } } && page.Text.IsEmpty;
        return ToBounds(isEmpty ? page.Page : await pages.SaveAsync(input.ExportId, page, ExportIds.NewAttempt(), cancellationToken));
    }

    private async Task<WrittenPage> WriteAsync(ExportRecord export, WriteExportPageInput input, CancellationToken cancellationToken)
    {
        var page = new PageText(export.Format, input.Limits, isFirst: input.Number == 1);
        await foreach (var row in orders.ReadAsync(export.Status, input.From, cancellationToken))
        {
            page.Add(row);
            if (row is ScannedRow.Broken { Row: var broken })
            {
                logger.OrderNotExported(export.ExportId, broken.Key, broken.Message);
            }

            if (page.IsFull)
            {
                return page.ToPage(input.Number, row.Next, isLast: false);
            }
        }

        return page.ToPage(input.Number, input.From, isLast: true);
    }

    private static ExportPageBounds ToBounds(ExportPage page) => new(page.To, page.Counts, page.IsLast);
}
