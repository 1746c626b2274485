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

    public void Add(CountedRow row)
    {
        lock (_gate)
        {
            Increment(_depth, new(row.IsOpen, row.ErrorType));
            Increment(_byStatus, row.Status);
            _retries += row.Retries;
            if (row.IsOpen)
            {
                _oldestOpen = _oldestOpen is null || row.MovedAt < _oldestOpen ? row.MovedAt : _oldestOpen;
            }
            else
            {
                Increment(_byResolution, row.Resolution);
            }

            AddGroup(row.Group());
        }
    }

    public void AddFailing(TableEntity row, DateTimeOffset asOf)
    {
        var failedAt = row.GetDateTimeOffset(DeadLetterRows.FailedAt) ?? DateTimeOffset.UnixEpoch;
        var group = new FailureGroupCount(
            row.GetString(DeadLetterRows.Fingerprint) ?? string.Empty,
            EnumNames.TryParse<ErrorType>(row.GetString(DeadLetterRows.ErrorType), out var type) ? type : ErrorType.Unknown,
            row.GetString(OrderRows.Status) ?? "unknown",
            row.GetString(DeadLetterRows.Reason) ?? string.Empty,
            row.GetString("OrderId") ?? string.Empty)
        {
            FailingCount = 1,
            Count = 0,
            OpenCount = 0,
            FirstSeen = failedAt,
            LastSeen = failedAt,
            LastActiveSeen = failedAt,
        };
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

    /// <summary>The most frequent first.</summary>
    private static OrderedDictionary<string, int> Ordered(IEnumerable<KeyValuePair<string, int>> counts) => new(
        counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>What a count asks of an entry.</summary>
/// <param name="Resolution">Empty while it is open.</param>
internal sealed record CountedRow(string OrderId, string Fingerprint, ErrorType ErrorType, string Status, string Resolution)
{
    public required string Reason { get; init; }

    public required int Retries { get; init; }

    public required DateTimeOffset MovedAt { get; init; }

    public bool IsOpen => Resolution.Length == 0;

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

    /// <summary>Its columns do not tell all: the entry has to be read.</summary>
    public static bool IsOlder(TableEntity row) => row.GetInt32(DeadLetterRows.Schema) is null;

    public static CountedRow Of(TableEntity row) => new(
        row.GetString("OrderId") ?? string.Empty,
        row.GetString(DeadLetterRows.Fingerprint) ?? string.Empty,
        EnumNames.TryParse<ErrorType>(row.GetString(DeadLetterRows.ErrorType), out var type) ? type : ErrorType.Unknown,
        row.GetString(OrderRows.Status) ?? "unknown",
        row.GetString(DeadLetterRows.Resolution) ?? string.Empty)
    {
        Reason = row.GetString(DeadLetterRows.Reason) ?? string.Empty,
        Retries = row.GetInt32(DeadLetterRows.Retries) ?? 0,
        MovedAt = RowKeys.InvertedTimeIn(row.RowKey) ?? DateTimeOffset.UnixEpoch,
    };

    /// <summary>A group of this entry alone.</summary>
    public FailureGroupCount Group() => new(Fingerprint, ErrorType, Status, DeadLetterRows.Beginning(Reason), OrderId)
    {
        Count = 1,
        OpenCount = IsOpen ? 1 : 0,
        FirstSeen = MovedAt,
        LastSeen = MovedAt,
        LastActiveSeen = IsOpen ? MovedAt : null,
    };
}
