namespace Reprocessing.Storage.DeadLetters;

/// <summary>Counts that grow with the kinds of failures that there are, not with the entries.</summary>
internal sealed class CensusTally
{
    private readonly Dictionary<DeadLetterKind, int> _depth = [];
    private readonly Dictionary<string, int> _byStatus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byResolution = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GroupTally> _groups = new(StringComparer.Ordinal);
    private long _retries;
    private DateTimeOffset? _oldestOpen;

    public void Add(CensusRow row)
    {
        Grow(_depth, new(row.IsOpen, row.ErrorType), 1);
        Grow(_byStatus, row.Status, 1);
        _retries += row.Retries;
        if (row.IsOpen)
        {
            SeeOpen(row.MovedAt);
        }
        else
        {
            Grow(_byResolution, row.Resolution, 1);
        }

        if (!_groups.TryGetValue(row.Fingerprint, out var group))
        {
            _groups.Add(row.Fingerprint, group = new(row));
        }

        group.Add(row);
    }

    /// <param name="other">Not to be used after: its parts may live on here.</param>
    public void Add(CensusTally other)
    {
        Grow(_depth, other._depth);
        Grow(_byStatus, other._byStatus);
        Grow(_byResolution, other._byResolution);
        _retries += other._retries;
        SeeOpen(other._oldestOpen);
        foreach (var (fingerprint, group) in other._groups)
        {
            if (!_groups.TryAdd(fingerprint, group))
            {
                _groups[fingerprint].Add(group);
            }
        }
    }

    public DeadLetterCount Count(DateTimeOffset asOf)
    {
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
        return new(statistics, _groups.ToDictionary(pair => pair.Key, pair => pair.Value.Count(), StringComparer.Ordinal), _depth);
    }

    private void SeeOpen(DateTimeOffset? at) => _oldestOpen = at is null || at > _oldestOpen ? _oldestOpen : at;

    private static void Grow<TKey>(Dictionary<TKey, int> counts, Dictionary<TKey, int> by)
        where TKey : notnull
    {
        foreach (var (key, count) in by)
        {
            Grow(counts, key, count);
        }
    }

    private static void Grow<TKey>(Dictionary<TKey, int> counts, TKey key, int by)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + by;

    /// <summary>The most frequent first.</summary>
    private static OrderedDictionary<string, int> Ordered(IEnumerable<KeyValuePair<string, int>> counts) => new(
        counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>The entries of one fingerprint, while they are counted.</summary>
internal sealed class GroupTally(CensusRow first)
{
    private CensusRow _last = first;
    private DateTimeOffset _firstSeen = first.MovedAt;
    private DateTimeOffset? _lastOpenSeen;
    private int _count;
    private int _open;

    public void Add(CensusRow row)
    {
        _count++;
        SeeLast(row);
        _firstSeen = row.MovedAt < _firstSeen ? row.MovedAt : _firstSeen;
        if (row.IsOpen)
        {
            _open++;
            SeeOpen(row.MovedAt);
        }
    }

    public void Add(GroupTally other)
    {
        _count += other._count;
        _open += other._open;
        SeeLast(other._last);
        _firstSeen = other._firstSeen < _firstSeen ? other._firstSeen : _firstSeen;
        SeeOpen(other._lastOpenSeen);
    }

    public FailureGroupCount Count() => new(_last.Fingerprint, _last.ErrorType, _last.Status, Sample(_last.Reason), _last.OrderId)
    {
        Count = _count,
        OpenCount = _open,
        FirstSeen = _firstSeen,
        LastSeen = _last.MovedAt,
        LastOpenSeen = _lastOpenSeen,
    };

    /// <summary>Of two that came at once the same is shown each time, whichever shard is read first.</summary>
    private void SeeLast(CensusRow row)
    {
        if (row.MovedAt > _last.MovedAt
            || (row.MovedAt == _last.MovedAt && string.CompareOrdinal(row.OrderId, _last.OrderId) < 0))
        {
            _last = row;
        }
    }

    private void SeeOpen(DateTimeOffset? at) => _lastOpenSeen = at is null || at < _lastOpenSeen ? _lastOpenSeen : at;

    /// <summary>As much as the newer rows have in their column.</summary>
    private static string Sample(string reason) => DeadLetterRows.Beginning(reason);
}
