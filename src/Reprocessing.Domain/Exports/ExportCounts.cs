namespace Reprocessing.Domain.Exports;

/// <param name="Records">That are in the file.</param>
/// <param name="Skipped">That are stored and cannot be read.</param>
public sealed record ExportCounts(int Records = 0, int Skipped = 0)
{
    public ExportCounts Add(ExportCounts more) => new(Records + more.Records, Skipped + more.Skipped);
}
