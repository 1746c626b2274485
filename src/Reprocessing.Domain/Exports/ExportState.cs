namespace Reprocessing.Domain.Exports;

[JsonConverter(typeof(EnumNameConverter<ExportState>))]
public enum ExportState
{
    /// <summary>Its orchestration has not begun.</summary>
    Pending,

    Running,
    Completed,

    /// <summary>Written to the end, and records could not be read: each is listed.</summary>
    CompletedWithSkips,

    Failed,
    Canceled,
}

public static class ExportStates
{
    /// <summary>Nothing is written after it.</summary>
    public static bool IsFinal(this ExportState state) => state.IsWhole() || state is ExportState.Failed or ExportState.Canceled;

    /// <summary>All that could be read is there.</summary>
    public static bool IsWhole(this ExportState state) => state is ExportState.Completed or ExportState.CompletedWithSkips;
}

[JsonConverter(typeof(EnumNameConverter<ExportSubject>))]
public enum ExportSubject
{
    Orders,
}

/// <param name="Records">That are in the file.</param>
/// <param name="Skipped">That are stored and cannot be read.</param>
public sealed record ExportCounts(int Records = 0, int Skipped = 0)
{
    public ExportCounts Add(ExportCounts more) => new(Records + more.Records, Skipped + more.Skipped);
}

/// <summary>A stored record that could not be read, and so is not in the file.</summary>
/// <param name="Key">Of its row: partition and row key.</param>
/// <param name="OrderId">Where the row says it.</param>
public sealed record SkippedRecord(string Key, string? OrderId, string Message);
