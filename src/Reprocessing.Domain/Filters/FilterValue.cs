namespace Reprocessing.Domain.Filters;

/// <summary>A value in a filter, of a subject's field, or in a payload. A missing value is null, which is none of these.</summary>
public abstract record FilterValue
{
    private FilterValue()
    {
    }

    public static FilterValue? Of(string? text) => text is null ? null : new Text(text);

    public static FilterValue? Of(DateTimeOffset? at) => at is { } instant ? new Time(instant) : null;

    public static FilterValue Of(decimal amount) => new Number(amount);

    public static FilterValue Of(TimeSpan length) => new Duration(length);

    public sealed record Text(string Content) : FilterValue;

    public sealed record Number(decimal Amount) : FilterValue;

    public sealed record Time(DateTimeOffset At) : FilterValue;

    public sealed record Duration(TimeSpan Length) : FilterValue;

    /// <summary>So long after now (or before); in filters only.</summary>
    public sealed record FromNow(TimeSpan Offset) : FilterValue;

    /// <summary>In payloads, and compared with them.</summary>
    public sealed record Boolean(bool IsTrue) : FilterValue;

    /// <summary>JSON's null, which is a value: it is there.</summary>
    public sealed record Null : FilterValue;

    /// <summary>An object or an array of a payload: equal to nothing that a filter can write.</summary>
    public sealed record Structure : FilterValue;
}
