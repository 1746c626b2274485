namespace Reprocessing.Domain.Exports;

/// <summary>What the API of exports shows of where one stands.</summary>
[JsonConverter(typeof(EnumNameConverter<ExportState>))]
public enum ExportState
{
    Pending,
    Running,
    Completed,

    /// <summary>Complete, except for records that could not be read; each is listed.</summary>
    CompletedWithSkips,

    Failed,
    Canceled,
}

[JsonConverter(typeof(EnumNameConverter<ExportSubject>))]
public enum ExportSubject
{
    Orders,
}

public sealed record ExportCounts(int Records = 0, int Skipped = 0)
{
    public ExportCounts Add(ExportCounts more) => new(Records + more.Records, Skipped + more.Skipped);
}

/// <summary>A stored record that could not be read and is not in the file.</summary>
/// <param name="Key">Partition and row key.</param>
public sealed record SkippedRecord(string Key, string? OrderId, string Message);
