namespace Reprocessing.Functions.Tests.Orchestration;

public sealed class TimeLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly StepClock _clock = new();

    [Fact]
    public async Task Work_within_the_limit_is_done() => Assert.True(await RunAsync(TimeSpan.FromSeconds(1), Limit));

    [Fact]
    public async Task Work_beyond_the_limit_is_stopped_when_the_limit_is_reached()
    {
        var begun = _clock.Now;

        await Assert.ThrowsAsync<TimeLimitException>(() => RunAsync(TimeSpan.FromMinutes(3), Limit));

        Assert.Equal(Limit, _clock.Now - begun);
    }

    [Fact]
    public async Task Work_without_a_limit_takes_its_time() => Assert.True(await RunAsync(TimeSpan.FromMinutes(3), limit: null));

    [Fact]
    public async Task A_host_that_stops_is_no_limit_that_is_reached()
    {
        using var stopping = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TimeLimit.RunAsync(
            Limit,
            _clock,
            async token =>
            {
                await stopping.CancelAsync();
                token.ThrowIfCancellationRequested();
                return true;
            },
            stopping.Token));
    }

    private Task<bool> RunAsync(TimeSpan takes, TimeSpan? limit) => _clock.RunAsync(() => TimeLimit.RunAsync(
        limit,
        _clock,
        async token =>
        {
            await Task.Delay(takes, _clock, token);
            return true;
        },
        default));
}
