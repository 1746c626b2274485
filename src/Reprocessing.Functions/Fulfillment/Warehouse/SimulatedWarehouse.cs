using Reprocessing.Domain.Sharding;

namespace Reprocessing.Functions.Fulfillment.Warehouse;

/// <summary>Whether a stage fails depends on seed, order, attempt and stage alone, so that a call repeated after a crash ends as the first one did.</summary>
internal sealed class SimulatedWarehouse(IOptions<WarehouseOptions> options, TimeProvider time) : IWarehouse
{
    private readonly WarehouseOptions _options = options.Value;
    private readonly IReadOnlyList<SimulatedFailure> _rules = SimulatedFailure.Parse(options.Value.SimulatedFailures).Rules;

    public async Task<WarehouseReply> PerformAsync(WarehouseRequest request, CancellationToken cancellationToken)
    {
        if (_options.SimulatedLatency > TimeSpan.Zero)
        {
            await Task.Delay(_options.SimulatedLatency, time, cancellationToken);
        }

        return _rules.Any(rule => rule.Hits(request)) || Chance(request) < RateOf(request.Stage)
            ? new(ErrorTypeOf(request.Stage), $"The simulated warehouse failed to {EnumNames.Of(request.Stage)} the order.")
            : WarehouseReply.Done;
    }

    private double Chance(WarehouseRequest request) => StableHash.Fraction(
        string.Create(CultureInfo.InvariantCulture, $"{_options.SimulatedSeed}|{request.OrderId}|{request.Attempt}|{request.Stage}"));

    private double RateOf(Stage stage) => stage switch
    {
        Stage.Validate => _options.SimulatedValidateFailureRate,
        Stage.Plan => _options.SimulatedPlanFailureRate,
        Stage.Pick => _options.SimulatedPickFailureRate,
        Stage.Pack => _options.SimulatedPackFailureRate,
        Stage.Ship => _options.SimulatedShipFailureRate,
        _ => 0,
    };

    private static ErrorType ErrorTypeOf(Stage stage) => stage switch
    {
        Stage.Validate => ErrorType.Validation,
        Stage.Plan => ErrorType.Timeout,
        Stage.Ship => ErrorType.Network,
        _ => ErrorType.CommandFailure,
    };
}

/// <summary>Orders of this prefix fail at this stage, in their first <paramref name="Times"/> workflows.</summary>
internal sealed record SimulatedFailure(string OrderIdPrefix, Stage Stage, int Times)
{
    public bool Hits(WarehouseRequest request) =>
        request.Stage == Stage && request.Attempt < Times && request.OrderId.StartsWith(OrderIdPrefix, StringComparison.Ordinal);

    public static (IReadOnlyList<SimulatedFailure> Rules, IReadOnlyList<string> Faults) Parse(string text)
    {
        var rules = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToLookup(rule => TryParse(rule) is not null);
        return (
            [.. rules[true].Select(rule => TryParse(rule)!)],
            [.. rules[false].Select(rule => $"'{rule}' is not of the form prefix:stage or prefix:stage:times, with a stage of {string.Join(", ", EnumNames.All<Stage>())}.")]);
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
