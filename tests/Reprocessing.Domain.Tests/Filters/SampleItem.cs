namespace Reprocessing.Domain.Tests.Filters;

/// <param name="Values">By field; text, decimal, DateTimeOffset or TimeSpan.</param>
internal sealed record SampleItem(IReadOnlyDictionary<FilterField, object> Values, string? Payload)
{
    public FilterValue? ValueOf(string name) => Values.FirstOrDefault(pair => pair.Key.Name == name).Value switch
    {
        null => null,
        string text => new FilterValue.Text(text),
        decimal number => new FilterValue.Number(number),
        DateTimeOffset at => new FilterValue.Time(at),
        TimeSpan length => new FilterValue.Duration(length),
        var value => throw new InvalidOperationException($"{value}"),
    };

    public override string ToString() =>
        $"{string.Join("; ", Values.Select(pair => $"{pair.Key}={pair.Value}"))} payload {Payload}";
}
