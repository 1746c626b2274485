using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;

namespace ReprocessingFunctions.Exports;

/// <summary>Frozen when the export is started; what it is at comes along from one generation to the next.</summary>
/// <param name="Page">The number of the next page.</param>
/// <param name="Counts">Of the pages before.</param>
internal sealed record ExportOrchestrationInput(
    string ExportId, ExportLimits Limits, OrderCursor Cursor, int Page = 1, ExportCounts? Counts = null);

internal sealed record ExportLimits(int PageRecords, int PageBytes);

internal sealed record ExportResult(ExportState State, ExportCounts Counts, string? Error = null);

/// <summary>The custom status.</summary>
/// <param name="Page">The last one written.</param>
internal sealed record ExportStatus(int Page, ExportCounts Counts);
