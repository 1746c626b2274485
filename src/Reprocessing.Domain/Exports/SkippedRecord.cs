namespace Reprocessing.Domain.Exports;

/// <summary>A stored record that could not be read, and so is not in the file.</summary>
/// <param name="Key">Of its row: partition and row key.</param>
/// <param name="OrderId">Where the row says it.</param>
public sealed record SkippedRecord(string Key, string? OrderId, string Message);
