using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Storage.DeadLetters.Census;

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
