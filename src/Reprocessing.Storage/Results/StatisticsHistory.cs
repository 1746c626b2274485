namespace Reprocessing.Storage.Results;

/// <summary>What the last count of an hour has found.</summary>
/// <param name="Hour">When it began.</param>
/// <param name="OldestUnresolved">When the one that was the longest in the queue had come; null when that was empty.</param>
public sealed record StatisticsPoint(DateTimeOffset Hour, int FailingCount, int DueCount, int UnresolvedCount, DateTimeOffset? OldestUnresolved);

/// <summary>One row an hour, so that what was can be shown and need not be counted again. An hour without a count has none.</summary>
public sealed class StatisticsHistory(StorageTables tables)
{
    /// <summary>As many as one group is shown with.</summary>
    public const int RecentHours = 24;

    /// <summary>Those with the most orders. A row has room for some thousands; nobody looks at so many.</summary>
    internal const int MostGroups = 500;

    private const string Groups = "Groups";

    public async Task SaveAsync(DeadLetterCount count, CancellationToken cancellationToken)
    {
        var (queue, failing) = (count.Statistics, count.Failing);
        var groups = count.Groups.Values
            .Where(group => group.IsActive)
            .OrderByDescending(group => group.OpenCount + group.FailingCount)
            .Take(MostGroups)
            .ToDictionary(group => group.Fingerprint, group => group.OpenCount + group.FailingCount, StringComparer.Ordinal);
        var hour = HourOf(queue.AsOf);
        var row = new TableEntity(ResultRows.Statistics, ResultRows.TimeKey(hour))
        {
            ["Hour"] = hour,
            ["FailingCount"] = failing.FailingCount,
            ["DueCount"] = failing.DueCount,
            ["UnresolvedCount"] = queue.UnresolvedCount,
            ["OldestUnresolved"] = queue.OldestUnresolved,
        }.WithJson(groups, Groups);
        await tables.Results.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<StatisticsPoint>> ReadAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        string[] columns = ["Hour", "FailingCount", "DueCount", "UnresolvedCount", "OldestUnresolved"];
        var points = await tables.Results.ReadAsync(Since(from), cancellationToken, columns: columns)
            .Select(row => new StatisticsPoint(
                row.GetDateTimeOffset("Hour").GetValueOrDefault(),
                row.GetInt32("FailingCount").GetValueOrDefault(),
                row.GetInt32("DueCount").GetValueOrDefault(),
                row.GetInt32("UnresolvedCount").GetValueOrDefault(),
                row.GetDateTimeOffset("OldestUnresolved")))
            .ToListAsync(cancellationToken);
        points.Reverse();
        return points;
    }

    /// <summary>How many orders of a kind were failing or in the queue in each of the last hours, oldest first; in an hour without a count as many as before.</summary>
    public async Task<Func<string, IReadOnlyList<int>>> ReadGroupsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = HourOf(now).AddHours(1 - RecentHours);
        var hours = await tables.Results.ReadAsync(Since(first), cancellationToken)
            .ToDictionaryAsync(
                row => row.GetDateTimeOffset("Hour").GetValueOrDefault(), row => StorageJson.Read<Dictionary<string, int>>(row, Groups), cancellationToken: cancellationToken);
        return fingerprint =>
        {
            var recent = new int[RecentHours];
            for (var hour = 0; hour < RecentHours; hour++)
            {
                recent[hour] = hours.TryGetValue(first.AddHours(hour), out var groups)
                    ? groups.GetValueOrDefault(fingerprint)
                    : hour == 0 ? 0 : recent[hour - 1];
            }

            return recent;
        };
    }

    private static KeyRange Since(DateTimeOffset from) => ResultRows.Since(ResultRows.Statistics, HourOf(from));

    private static DateTimeOffset HourOf(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
