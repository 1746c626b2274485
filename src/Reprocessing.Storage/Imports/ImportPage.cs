using Reprocessing.Domain.Imports;

namespace Reprocessing.Storage.Imports;

/// <summary>A part of an import that is done.</summary>
/// <param name="Number">From 1.</param>
public sealed record ImportPage(int Number, RecordCursor From, RecordCursor To, ImportCounts Counts);

/// <param name="Bytes">Of the input that were worked off.</param>
/// <param name="Pages">That are done.</param>
public sealed record ImportTotals(ImportCounts Counts, long Bytes, int Pages);
