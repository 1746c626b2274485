namespace Reprocessing.Domain.Filters;

public enum FilterOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
}

/// <summary>A value of a filter, a field or a payload. A missing value is null instead.</summary>
public abstract record FilterValue
{
    private FilterValue()
    {
    }

    public sealed record Text(string Content) : FilterValue;

    public sealed record Number(decimal Amount) : FilterValue;

    public sealed record Time(DateTimeOffset At) : FilterValue;

    public sealed record Duration(TimeSpan Length) : FilterValue;

    /// <summary>Relative to now; only in filters.</summary>
    public sealed record FromNow(TimeSpan Offset) : FilterValue;

    /// <summary>Only in payloads.</summary>
    public sealed record Boolean(bool IsTrue) : FilterValue;

    public sealed record Null : FilterValue;

    /// <summary>An object or array of a payload, which equals no value of a filter.</summary>
    public sealed record Structure : FilterValue;
}
