namespace Reprocessing.Functions.Tests.Http;

public sealed class ProblemMiddlewareTests
{
    private readonly StepClock _clock = new();
    private readonly ProblemMiddleware _middleware;

    public ProblemMiddlewareTests() => _middleware = new(_clock, NullLogger<ProblemMiddleware>.Instance);

    /// <summary>As the worker hands it on, and as a test process does.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_problem_that_a_function_throws_is_its_answer(bool isWrapped)
    {
        var thrown = new ProblemException(Problems.NotFound("order", "A1"));

        var answer = await _middleware.RespondAsync(new FakeRequest("GET", "/api/orders/A1"), isWrapped ? new AggregateException(thrown) : thrown, default);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("There is no order 'A1'.", answer.Json().GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_storage_that_gave_up_after_several_attempts_is_unavailable_however_it_is_wrapped()
    {
        var attempts = new AggregateException(new RequestFailedException(0, "refused"), new RequestFailedException(503, "busy"));

        var answer = await _middleware.RespondAsync(new FakeRequest("GET", "/api/orders/A1"), new AggregateException(attempts), default);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    /// <summary>One takes notice of its token, the other waits for a host that does not answer.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_function_that_hangs_is_answered_with_a_503_when_its_time_is_over(bool takesNotice)
    {
        var thrown = await Assert.ThrowsAsync<TimeoutException>(() => _clock.RunAsync(() => _middleware.LimitAsync(
            Mock.Of<FunctionContext>(),
            ProblemMiddleware.Limit,
            limited => Task.Delay(Timeout.Infinite, takesNotice ? limited.CancellationToken : CancellationToken.None))));

        Assert.Equal([ProblemMiddleware.Limit], _clock.Elapsed);
        var answer = await _middleware.RespondAsync(new FakeRequest("GET", "/api/orders/A1"), thrown, default);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), (answer.StatusCode, answer.Json().GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_who_has_gone_is_no_error(bool isWrapped)
    {
        var log = new Mock<ILogger<ProblemMiddleware>>(MockBehavior.Strict);
        var gone = new CancellationToken(canceled: true);
        Exception thrown = new TaskCanceledException();

        var answer = await new ProblemMiddleware(_clock, log.Object)
            .RespondAsync(new FakeRequest("GET", "/api/orders/A1"), isWrapped ? new AggregateException(thrown) : thrown, gone);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task What_a_function_streams_after_it_has_returned_is_not_cut_off()
    {
        var token = CancellationToken.None;

        await _middleware.LimitAsync(
            Mock.Of<FunctionContext>(),
            ProblemMiddleware.Limit,
            limited =>
            {
                token = limited.CancellationToken;
                return Task.CompletedTask;
            });

        // The timer would run out now, if it still ran.
        await Assert.ThrowsAsync<TimeoutException>(() => _clock.RunAsync(() => Task.Delay(Timeout.Infinite, default).WaitAsync(2 * ProblemMiddleware.Limit, _clock)));
        Assert.False(token.IsCancellationRequested);
    }
}
