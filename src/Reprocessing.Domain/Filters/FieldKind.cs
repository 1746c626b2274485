namespace Reprocessing.Domain.Filters;

/// <summary>What a field holds, and so what it may be compared with.</summary>
public enum FieldKind
{
    /// <summary>Compared exactly, ordinally; only CONTAINS passes over case.</summary>
    Text,

    Number,

    /// <summary>An instant; written as an ISO date or time (UTC unless it says otherwise), or from now: <c>now-2h</c>.</summary>
    Time,

    /// <summary>Written as <c>2h</c>, <c>30m</c>, <c>1d 6h</c>.</summary>
    Duration,

    /// <summary>One of a few words, in any letter case.</summary>
    Choice,

    /// <summary>Many texts in one, which can only be searched: CONTAINS.</summary>
    Search,
}
