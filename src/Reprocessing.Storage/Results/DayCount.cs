using Azure.Data.Tables;

namespace Reprocessing.Storage.Results;

internal sealed class DayCount
{
    private readonly SortedDictionary<string, int> _skippedTicks = new(StringComparer.Ordinal);
    private int _runs;
    private int _found;
    private int _restarted;
    private int _dlq;
    private int _errors;
    private int _skipped;

    /// <summary>What a summary needs of a row: counts and times, never the whole record.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["StartedAt", "FoundCount", "RestartedCount", "DlqCount", "ErrorCount", "SkippedCount", "At", "Reason"];

    public void AddRun(TableEntity row)
    {
        _runs++;
        _found += row.GetInt32("FoundCount").GetValueOrDefault();
        _restarted += row.GetInt32("RestartedCount").GetValueOrDefault();
        _dlq += row.GetInt32("DlqCount").GetValueOrDefault();
        _errors += row.GetInt32("ErrorCount").GetValueOrDefault();
        _skipped += row.GetInt32("SkippedCount").GetValueOrDefault();
    }

    public void AddSkippedTick(TableEntity row)
    {
        var reason = row.GetString("Reason") ?? string.Empty;
        _skippedTicks[reason] = _skippedTicks.GetValueOrDefault(reason) + 1;
    }

    public DaySummary ToSummary(DateOnly day) => new(day, _runs, _found, _restarted, _dlq, _errors, _skipped, _skippedTicks);
}
