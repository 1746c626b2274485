using Reprocessing.Storage.Results;

namespace Reprocessing.Functions.Tests.Runs;

public sealed class StartRunTests
{
    private const string Management = "https://app.internal/runtime/webhooks/durabletask";

    private readonly FakeEngine _engine = new();
    private DurableTaskClient _client;

    public StartRunTests() => _client = FunctionsClient();

    [Theory]
    [InlineData("{\"maxOrders\":-1}", "#/maxOrders")]
    [InlineData("{\"maxOrders\":10001}", "#/maxOrders")]
    [InlineData("{\"maxOrders\":\"ten\"}", "#/maxOrders")]
    [InlineData("{\"maxOrders\":\"10\"}", "#/maxOrders")]
    [InlineData("{\"maxOrders\":1.5}", "#/maxOrders")]
    [InlineData("{\"maxOrder\":10}", "#/maxOrder")]
    [InlineData("[10]", "#")]
    public async Task A_request_that_makes_no_sense_is_a_400_and_starts_nothing(string body, string member)
    {
        var answer = await StartAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("application/problem+json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal(member, answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Empty(_engine.Started);
    }

    [Fact]
    public async Task A_start_during_a_run_is_a_409_that_says_where_the_run_is()
    {
        var status = RunStatus.Of(Backlog.Plan(100), JobPhase.Running, new ReprocessingResult(Backlog.Start), Backlog.Start);
        _engine.Put(
            RunStarter.InstanceId, OrchestrationRuntimeStatus.Running, new ReprocessingBatchInput(null, RunTrigger.Timer, "tick"), status);

        _client = _engine.Client;
        var answer = await StartAsync("{}");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var problem = answer.Json();
        Assert.Equal("run_active", problem.GetProperty("code").GetString());
        Assert.Equal(409, problem.GetProperty("status").GetInt32());
        Assert.DoesNotContain("code=", answer.Text(), StringComparison.Ordinal);
        Assert.Equal("/runtime/webhooks/durabletask/instances/reprocessing-batch", problem.GetProperty("links").GetProperty("status").GetString());
        Assert.Equal(
            "/api/reprocessing/runs/run-20260301-120000-000",
            problem.GetProperty("links").GetProperty("run").GetString());
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("{}", null)]
    [InlineData("{\"maxOrders\":null}", null)]
    [InlineData("{\"maxOrders\":0}", 0)]
    [InlineData("{\"maxOrders\":10000}", 10000)]
    public async Task A_start_passes_on_how_many_orders_were_asked_for(string body, int? maxOrders)
    {
        var answer = await StartAsync(body);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("10", answer.Header("Retry-After"));
        Assert.Equal($"{Management}/instances/reprocessing-batch?code=secret", answer.Header("Location"));
        Assert.Equal("reprocessing-batch", answer.Json().GetProperty("id").GetString());
        Assert.Equal(answer.Header("Location"), answer.Json().GetProperty("statusQueryGetUri").GetString());
        var input = Assert.IsType<ReprocessingBatchInput>(Assert.Single(_engine.Started).Input);
        Assert.Equal((maxOrders, RunTrigger.Http), (input.MaxOrders, input.Trigger));
        Assert.NotNull(input.RequestId);
    }

    [Fact]
    public async Task Who_starts_a_run_is_recorded()
    {
        await StartAsync("{}", ("WEBSITE_AUTH_ENABLED", "True"));
        _engine.Remove(RunStarter.InstanceId);
        await StartAsync("""{"requestedBy":"ann"}""");

        Assert.Equal(["carol@example.com", "ann (claimed)"], _engine.Started.Select(start => ((ReprocessingBatchInput)start.Input!).RequestedBy));
    }

    /// <summary>As the host hands it to a function; the type is internal to Microsoft.Azure.Functions.Worker.Extensions.DurableTask (1.21.1).</summary>
    private DurableTaskClient FunctionsClient() => (DurableTaskClient)Activator.CreateInstance(
        typeof(DurableClientAttribute).Assembly.GetType("Microsoft.Azure.Functions.Worker.FunctionsDurableTaskClient", throwOnError: true)!,
        _engine.Client,
        "code=secret",
        Management,
        null)!;

    private Task<Microsoft.Azure.Functions.Worker.Http.HttpResponseData> StartAsync(string body, params (string Name, string Value)[] settings)
    {
        var functions = new RunFunctions(
            new RunStarter(new FakeJobStore().Store, TimeProvider.System, NullLogger<RunStarter>.Instance),
            Mock.Of<IResultStore>(),
            Mock.Of<IJobStore>(),
            Options.Create(new ReprocessingOptions()),
            TimeProvider.System);
        var asked = new FakeRequest("POST", "/api/reprocessing/runs", body, settings);
        asked.Headers.Add("X-Forwarded-Host", "evil.example");
        asked.Headers.Add(Caller.PrincipalHeader, "carol@example.com");
        return asked.SendAsync(request => functions.StartRun(request, _client, default));
    }
}
