namespace ReprocessingFunctions.Fulfillment.Warehouse;

/// <summary>One rule of the simulated warehouse: orders of this prefix fail at this stage, in their first <paramref name="Times"/> workflows.</summary>
internal sealed record SimulatedFailure(string OrderIdPrefix, Stage Stage, int Times)
{
    public bool Hits(WarehouseRequest request) =>
        request.Stage == Stage && request.Attempt < Times && request.OrderId.StartsWith(OrderIdPrefix, StringComparison.Ordinal);

    public static (IReadOnlyList<SimulatedFailure> Rules, IReadOnlyList<string> Faults) Parse(string text)
    {
        var rules = new List<SimulatedFailure>();
        var faults = new List<string>();
        foreach (var rule in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (TryParse(rule) is { } parsed)
            {
                rules.Add(parsed);
            }
            else
            {
                faults.Add($"'{rule}' is not of the form prefix:stage or prefix:stage:times, with a stage of {string.Join(", ", EnumNames.All<Stage>())}.");
            }
        }

        return (rules, faults);
    }

    private static SimulatedFailure? TryParse(string rule) => rule.Split(':') switch
    {
        [{ Length: > 0 } prefix, var name] when EnumNames.TryParse<Stage>(name, out var stage) => new(prefix, stage, int.MaxValue),
        [{ Length: > 0 } prefix, var name, var times]
            when EnumNames.TryParse<Stage>(name, out var stage)
            && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => new(prefix, stage, count),
        _ => null,
    };
}
