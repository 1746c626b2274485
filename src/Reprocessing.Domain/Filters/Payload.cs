namespace Reprocessing.Domain.Filters;

/// <summary>An item's JSON, parsed on first use. Invalid JSON has no values.</summary>
internal sealed class Payload(string? json, FilterMeter meter) : IDisposable
{
    private const int MaxDepth = 64;

    private readonly Lazy<JsonDocument?> _document = new(() => Parse(json), isThreadSafe: false);

    public bool Any(IReadOnlyList<PathStep> path, Func<FilterValue, bool> holds) =>
        _document.Value is { } document && Any(document.RootElement, path, 0, holds);

    public void Dispose()
    {
        if (_document.IsValueCreated)
        {
            _document.Value?.Dispose();
        }
    }

    private static JsonDocument? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <remarks>It calls itself no more often than a payload is deep and a path is long.</remarks>
    private bool Any(JsonElement at, IReadOnlyList<PathStep> path, int from, Func<FilterValue, bool> holds)
    {
        meter.Spend(1);
        if (from == path.Count)
        {
            return holds(ValueOf(at));
        }

        var step = path[from];
        switch (step.Kind, at.ValueKind)
        {
            case (PathStepKind.Member or PathStepKind.Descendant, JsonValueKind.Object):
                // A member is looked for among all of them.
                meter.Spend(at.GetPropertyCount());
                return (at.TryGetProperty(step.Name, out var member) && Any(member, path, from + 1, holds))
                    || (step.Kind == PathStepKind.Descendant && at.EnumerateObject().Any(below => Any(below.Value, path, from, holds)));
            case (PathStepKind.AllMembers, JsonValueKind.Object):
                return at.EnumerateObject().Any(below => Any(below.Value, path, from + 1, holds));
            case (PathStepKind.Descendant, JsonValueKind.Array):
                return at.EnumerateArray().Any(element => Any(element, path, from, holds));
            case (PathStepKind.AllElements, JsonValueKind.Array):
                return at.EnumerateArray().Any(element => Any(element, path, from + 1, holds));
            case (PathStepKind.Element, JsonValueKind.Array) when step.Index < at.GetArrayLength():
                meter.Spend(step.Index);
                return Any(at[step.Index], path, from + 1, holds);
            default:
                return false;
        }
    }

    private static FilterValue ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => new FilterValue.Text(element.GetString()!),
        JsonValueKind.True or JsonValueKind.False => new FilterValue.Boolean(element.ValueKind == JsonValueKind.True),
        JsonValueKind.Null => new FilterValue.Null(),
        JsonValueKind.Number => new FilterValue.Number(element.TryGetDecimal(out var number) ? number : Bounded(element.GetDouble())),
        _ => new FilterValue.Structure(),
    };

    /// <summary>No number in a filter lies beyond these bounds, so clamping keeps the order.</summary>
    private static decimal Bounded(double real) => real > 0 ? decimal.MaxValue : decimal.MinValue;
}
