namespace Reprocessing.Domain.Exports;

public static class ExportStates
{
    /// <summary>Nothing is written after it.</summary>
    public static bool IsFinal(this ExportState state) => state.IsWhole() || state is ExportState.Failed or ExportState.Canceled;

    /// <summary>All that could be read is there.</summary>
    public static bool IsWhole(this ExportState state) => state is ExportState.Completed or ExportState.CompletedWithSkips;
}
