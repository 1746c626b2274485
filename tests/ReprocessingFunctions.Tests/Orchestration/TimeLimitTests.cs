using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Fulfillment.Warehouse;
using ReprocessingFunctions.Orchestration;
using ReprocessingFunctions.Tests.Composition;
using ReprocessingFunctions.Tests.Webhooks;

namespace ReprocessingFunctions.Tests.Orchestration;

public sealed class TimeLimitTests
{
    private static readonly RunOrderStageInput Input = new("A1", "w", Attempt: 0, Stage.Pick);

    private static readonly Order Order = OrderTransitions.Create(new("A1", "C1", [new("SKU", 1, 1)]), DateTimeOffset.UnixEpoch).Order;

    private readonly StepClock _clock = new();
    private readonly Mock<IOrderStore> _orders = new();

    public TimeLimitTests() =>
        _orders.Setup(store => store.CompleteStageAsync("A1", "w", Stage.Pick, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Unchanged(Order));

    [Fact]
    public async Task Work_within_the_limit_is_done()
    {
        var outcome = await RunAsync(TimeSpan.FromSeconds(1), Input with { TimeLimit = TimeSpan.FromMinutes(2) });

        Assert.Equal(new StageOutcome(), outcome);
    }

    [Fact]
    public async Task Work_beyond_the_limit_is_stopped_when_the_limit_is_reached()
    {
        var begun = _clock.Now;

        await Assert.ThrowsAsync<TimeLimitException>(
            () => RunAsync(TimeSpan.FromMinutes(3), Input with { TimeLimit = TimeSpan.FromMinutes(2) }));

        Assert.Equal(TimeSpan.FromMinutes(2), _clock.Now - begun);
        _orders.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task A_call_from_before_there_were_limits_has_none() =>
        Assert.Equal(new StageOutcome(), await RunAsync(TimeSpan.FromMinutes(3), Input));

    [Fact]
    public async Task A_host_that_stops_is_no_limit_that_is_reached()
    {
        using var stopping = new CancellationTokenSource();
        var timed = Input with { TimeLimit = TimeSpan.FromMinutes(2) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => timed.InTimeAsync<bool>(
            _clock,
            async token =>
            {
                await stopping.CancelAsync();
                token.ThrowIfCancellationRequested();
                return true;
            },
            stopping.Token));
    }

    private Task<StageOutcome> RunAsync(TimeSpan takes, RunOrderStageInput input)
    {
        var warehouse = new SimulatedWarehouse(Options.Create(new WarehouseOptions { SimulatedLatency = takes }), _clock);
        var stage = new RunOrderStage(
            warehouse, _orders.Object, new MeterReader().Metrics, _clock, NullLogger<RunOrderStage>.Instance);
        return _clock.RunAsync(() => stage.RunAsync(input, default));
    }
}
