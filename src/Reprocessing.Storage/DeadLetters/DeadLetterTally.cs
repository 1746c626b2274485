namespace Reprocessing.Storage.DeadLetters;

/// <summary>Counts that grow with the kinds of failures that there are, not with the entries. Shards are counted side by side.</summary>
internal sealed class DeadLetterTally
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DeadLetterKind, int> _depth = [];
    private readonly Dictionary<string, int> _byStatus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byResolution = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FailureGroupCount> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _failingByStatus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _failingByType = new(StringComparer.Ordinal);
    private long _retries;
    private DateTimeOffset? _oldestOpen;
    private int _dueNow;
    private int _permanent;
    private DateTimeOffset? _oldestFailed;
    private DateTimeOffset? _nextDue;

    /// <summary>All that is read of a row, which is little beside its history.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "RowKey",
        DeadLetterRows.FailedAt,
        "OrderId",
        OrderRows.Status,
        DeadLetterRows.ErrorType,
        DeadLetterRows.Fingerprint,
        DeadLetterRows.Resolution,
        DeadLetterRows.Schema,
        DeadLetterRows.Retries,
        DeadLetterRows.Reason,
    ];

    public void Add(TableEntity row)
    {
        var movedAt = RowKeys.InvertedTimeIn(row.RowKey) ?? DateTimeOffset.UnixEpoch;
        var resolution = row.Text(DeadLetterRows.Resolution);
        var isOpen = resolution.Length == 0;
        var group = GroupOf(row, movedAt) with { Count = 1, OpenCount = isOpen ? 1 : 0, LastActiveSeen = isOpen ? movedAt : null };
        lock (_gate)
        {
            Increment(_depth, new(isOpen, group.ErrorType));
            Increment(_byStatus, group.FailureStatus);
            _retries += row.Number(DeadLetterRows.Retries);
            if (isOpen)
            {
                _oldestOpen = _oldestOpen is null || movedAt < _oldestOpen ? movedAt : _oldestOpen;
            }
            else
            {
                Increment(_byResolution, resolution);
            }

            AddGroup(group);
        }
    }

    public void AddFailing(TableEntity row, DateTimeOffset asOf)
    {
        var failedAt = row.GetDateTimeOffset(DeadLetterRows.FailedAt) ?? DateTimeOffset.UnixEpoch;
        var group = GroupOf(row, failedAt) with { FailingCount = 1, LastActiveSeen = failedAt };
        lock (_gate)
        {
            Increment(_failingByStatus, group.FailureStatus);
            Increment(_failingByType, EnumNames.Of(group.ErrorType));
            _oldestFailed = _oldestFailed is null || failedAt < _oldestFailed ? failedAt : _oldestFailed;
            if (row.RowKey[0] == RowKeys.PermanentIndex)
            {
                _permanent++;
            }
            else if (RowKeys.TicksIn(row.RowKey) is { } due && due > asOf.UtcTicks)
            {
                _nextDue = _nextDue is null || due < _nextDue.Value.UtcTicks ? new(due, TimeSpan.Zero) : _nextDue;
            }
            else
            {
                _dueNow++;
            }

            AddGroup(group);
        }
    }

    public DeadLetterCount Count(DateTimeOffset asOf)
    {
        var failing = new FailingStatistics
        {
            FailingCount = _failingByStatus.Values.Sum(),
            DueCount = _dueNow,
            PermanentCount = _permanent,
            ByFailureStatus = Ordered(_failingByStatus),
            ByErrorType = Ordered(_failingByType),
            OldestFailedAt = _oldestFailed,
            NextDueAt = _nextDue,
            AsOf = asOf,
        };
        var total = _depth.Values.Sum();
        var statistics = new DeadLetterStatistics
        {
            TotalEntries = total,
            UnresolvedCount = _depth.Where(pair => pair.Key.IsOpen).Sum(pair => pair.Value),
            ByFailureStatus = Ordered(_byStatus),
            ByErrorType = Ordered(_depth.GroupBy(pair => EnumNames.Of(pair.Key.ErrorType), pair => pair.Value)
                .Select(counts => KeyValuePair.Create(counts.Key, counts.Sum()))),
            ByResolution = Ordered(_byResolution),
            AverageRetries = total == 0 ? 0 : Math.Round((double)_retries / total, 2),
            OldestUnresolved = _oldestOpen,
            AsOf = asOf,
        };
        return new(statistics, failing, _groups, _depth);
    }

    /// <summary>The group of a row, which as yet counts nothing.</summary>
    private static FailureGroupCount GroupOf(TableEntity row, DateTimeOffset seenAt) => new(
        row.Text(DeadLetterRows.Fingerprint),
        row.EnumOf<ErrorType>(DeadLetterRows.ErrorType) ?? ErrorType.Unknown,
        row.GetString(OrderRows.Status) ?? "unknown",
        DeadLetterRows.Beginning(row.Text(DeadLetterRows.Reason)),
        row.Text("OrderId"))
    {
        Count = 0,
        OpenCount = 0,
        FirstSeen = seenAt,
        LastSeen = seenAt,
    };

    private void AddGroup(FailureGroupCount more)
    {
        if (!_groups.TryGetValue(more.Fingerprint, out var group))
        {
            _groups.Add(more.Fingerprint, more);
            return;
        }

        // Of two that came at once the same is shown each time, whichever shard is read first.
        var isLater = more.LastSeen > group.LastSeen
            || (more.LastSeen == group.LastSeen && string.CompareOrdinal(more.SampleOrderId, group.SampleOrderId) < 0);
        _groups[more.Fingerprint] = (isLater ? more : group) with
        {
            FailingCount = group.FailingCount + more.FailingCount,
            Count = group.Count + more.Count,
            OpenCount = group.OpenCount + more.OpenCount,
            FirstSeen = more.FirstSeen < group.FirstSeen ? more.FirstSeen : group.FirstSeen,
            LastActiveSeen = group.LastActiveSeen is null || more.LastActiveSeen > group.LastActiveSeen ? more.LastActiveSeen : group.LastActiveSeen,
        };
    }

    private static void Increment<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static OrderedDictionary<string, int> Ordered(IEnumerable<KeyValuePair<string, int>> counts) => new(
        counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal), StringComparer.Ordinal);
}
