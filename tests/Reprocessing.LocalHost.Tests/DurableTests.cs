using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Reprocessing.LocalHost.Tests;

/// <summary>Orchestrations, activities, entities, timers and the client, and the extension's own management API.</summary>
public sealed class DurableTests(QuickStartHost fixture) : IClassFixture<QuickStartHost>
{
    private readonly HostProcess _host = fixture.Host;

    [Fact]
    public async Task A_chain_started_over_http_completes_and_its_links_lead_to_it()
    {
        var links = await StartAsync("Chain");

        var status = await UntilAsync(links, "Completed", "?showHistory=true&showHistoryOutput=true");

        Assert.StartsWith($"http://127.0.0.1:{_host.Port}/runtime/webhooks/durabletask/instances/", (string)links["statusQueryGetUri"]!, StringComparison.Ordinal);
        Assert.Equal(["Hello, Tokyo!", "Hello, Seattle!", "Hello, London!"], status["output"]!.AsArray().Select(o => (string)o!));
        Assert.Equal(3, status["historyEvents"]!.AsArray().Count(e => (string)e!["EventType"]! == "TaskCompleted"));
        await _host.UntilAsync(() => _host.HasWritten("The chain says hello."), "the orchestrator's log");
    }

    [Fact]
    public async Task A_failed_activity_fails_its_orchestration_with_the_exception_of_the_app()
    {
        var links = await StartAsync("BrokenChain");

        var status = await UntilAsync(links, "Failed");

        var output = (string)status["output"]!;
        Assert.Contains("Task 'Break' (#0) failed", output, StringComparison.Ordinal);
        Assert.Contains("It is broken.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Result: Failure", output, StringComparison.Ordinal);
        await _host.UntilAsync(() => _host.HasWritten("Function Break failed: It is broken."), "the activity's failure on the console");
    }

    [Fact]
    public async Task An_instance_is_raised_suspended_resumed_listed_and_purged()
    {
        var links = await StartAsync("WaitingChain");
        var waiting = await UntilAsync(links, "Running");
        await PostAsync(links, "suspendPostUri");
        await UntilAsync(links, "Suspended");
        await PostAsync(links, "resumePostUri");
        await UntilAsync(links, "Running");
        using (var raised = await _host.Client.PostAsJsonAsync(((string)links["sendEventPostUri"]!).Replace("{eventName}", "Go", StringComparison.Ordinal), "now"))
        {
            Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);
        }

        var completed = await UntilAsync(links, "Completed");
        var listed = JsonNode.Parse(await _host.GetAsync($"runtime/webhooks/durabletask/instances?instanceIdPrefix={waiting["instanceId"]}"))!.AsArray();
        using var purged = await _host.Client.DeleteAsync((string)links["purgeHistoryDeleteUri"]!);
        using var gone = await _host.Client.GetAsync((string)links["statusQueryGetUri"]!);

        Assert.Equal(["waiting", "now"], new[] { (string)waiting["customStatus"]!, (string)completed["output"]! });
        Assert.Equal("Completed", (string)Assert.Single(listed)!["runtimeStatus"]!);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotFound], new[] { purged.StatusCode, gone.StatusCode });
    }

    [Fact]
    public async Task An_instance_is_terminated_and_restarted()
    {
        var links = await StartAsync("WaitingChain");
        await UntilAsync(links, "Running");
        await PostAsync(links, "terminatePostUri");

        var terminated = await UntilAsync(links, "Terminated");
        var again = await PostAsync(links, "restartPostUri");

        Assert.Equal("{text}", (string)terminated["output"]!);
        Assert.NotEqual((string)links["id"]!, (string)again!["id"]!);
        await UntilAsync(again, "Running");
    }

    [Fact]
    public async Task An_entity_is_signalled_by_the_client_and_read_by_client_and_management_api()
    {
        foreach (var amount in new[] { 2, 5 })
        {
            using var added = await _host.Client.PostAsync(new Uri($"api/counters/c1/{amount}", UriKind.Relative), content: null);
            Assert.Equal(HttpStatusCode.Accepted, added.StatusCode);
        }

        await _host.UntilAsync(async () => await _host.CounterAsync("c1") == 7, "the counter to be 7");
        Assert.Equal("7", await _host.GetAsync("runtime/webhooks/durabletask/entities/Counter/c1"));
    }

    [Fact]
    public async Task A_timer_that_runs_on_startup_has_run_once()
    {
        await _host.UntilAsync(async () => await _host.CounterAsync("boots") > 0, "the first run");

        Assert.Equal(1, await _host.CounterAsync("boots"));
        Assert.Equal(0, await _host.CounterAsync("odd"));
    }

    [Fact]
    public async Task The_admin_api_tells_status_and_functions_and_runs_a_timer()
    {
        var status = JsonNode.Parse(await _host.GetAsync("admin/host/status"))!;
        var functions = JsonNode.Parse(await _host.GetAsync("admin/functions"))!.AsArray();
        using var run = await _host.Client.PostAsJsonAsync("admin/functions/Tick", new { });
        using var other = await _host.Client.PostAsJsonAsync("admin/functions/Hello", new { });
        using var none = await _host.Client.PostAsJsonAsync("admin/functions/Nothing", new { });

        Assert.Equal("Running", (string)status["state"]!);
        Assert.Equal("timerTrigger", (string)functions.Single(f => (string)f!["name"]! == "Tick")!["config"]!["bindings"]![0]!["type"]!);
        Assert.Equal($"http://localhost:{_host.Port}/api/Fail", (string)functions.Single(f => (string)f!["name"]! == "Fail")!["invoke_url_template"]!);
        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.NotFound], new[] { run.StatusCode, other.StatusCode, none.StatusCode });
        await _host.UntilAsync(async () => await _host.CounterAsync("ticks") == 1, "the timer's run");
    }

    private async Task<JsonNode> StartAsync(string orchestrator)
    {
        using var response = await _host.Client.PostAsync(new Uri($"api/chain/{orchestrator}", UriKind.Relative), content: null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return HostProcess.Links(await response.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode?> PostAsync(JsonNode links, string link)
    {
        using var response = await _host.Client.PostAsync((string)links[link]!, content: null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await response.Content.ReadAsStringAsync() is { Length: > 0 } body ? HostProcess.Links(body) : null;
    }

    private async Task<JsonNode> UntilAsync(JsonNode links, string runtimeStatus, string query = "")
    {
        JsonNode? status = null;
        await _host.UntilAsync(
            async () =>
            {
                status = JsonNode.Parse(await _host.Client.GetStringAsync((string)links["statusQueryGetUri"]! + query));
                return (string?)status?["runtimeStatus"] == runtimeStatus;
            },
            $"the instance to be {runtimeStatus}");
        return status!;
    }
}
