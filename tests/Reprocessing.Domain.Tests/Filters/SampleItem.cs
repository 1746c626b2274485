namespace Reprocessing.Domain.Tests.Filters;

/// <param name="Values">By field; text, decimal, DateTimeOffset or TimeSpan.</param>
internal sealed record SampleItem(IReadOnlyDictionary<FilterField, object> Values, string? Payload) : IFilterSubject
{
    public FilterValue? ValueOf(FilterField field)
    {
        Assert.Null(field.Since);
        return !Values.TryGetValue(field, out var value) ? null : value switch
        {
            string text => FilterValue.Of(text),
            decimal number => FilterValue.Of(number),
            DateTimeOffset at => FilterValue.Of(at),
            TimeSpan length => FilterValue.Of(length),
            _ => throw new InvalidOperationException($"{value}"),
        };
    }

    public override string ToString() =>
        $"{string.Join("; ", Values.Select(pair => $"{pair.Key}={pair.Value}"))} payload {Payload}";
}
