using Reprocessing.Domain.Exports;

namespace Reprocessing.Storage.Exports;

/// <summary>A part of an export's content.</summary>
/// <param name="Number">From 1.</param>
/// <param name="To">Where the next one begins.</param>
/// <param name="IsLast">Nothing follows.</param>
public sealed record ExportPage(int Number, ExportCounts Counts, long Bytes, OrderCursor To, bool IsLast);

/// <param name="Bytes">Of the content.</param>
/// <param name="Pages">That are written.</param>
public sealed record ExportTotals(ExportCounts Counts, long Bytes, int Pages);
