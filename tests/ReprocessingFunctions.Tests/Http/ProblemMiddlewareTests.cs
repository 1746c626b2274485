namespace ReprocessingFunctions.Tests.Http;

public sealed class ProblemMiddlewareTests
{
    private readonly ProblemMiddleware _middleware = new(NullLogger<ProblemMiddleware>.Instance);

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
}
