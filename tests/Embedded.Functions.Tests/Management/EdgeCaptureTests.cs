using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;

namespace Embedded.Functions.Tests.Management;

/// <summary>Exchanges that only the small WebJobs host was asked. Its answers are chunked and without keys; the rest counts.</summary>
[Collection(nameof(AzuriteCollection))]
public sealed class EdgeCaptureTests(AzuriteFixture azurite)
{
    private const string Set = "minihost";

    [Fact]
    public async Task History_with_and_without_outputs_and_inputs()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);
        await replay.PlayAsync("realhost", "01-start");
        replay.Know("337db803918444e2862a45c72d7e2e62", await IdAsync(app, "Root"));

        await replay.PlayAsync(Set, "05-status-showHistory");
        await replay.PlayAsync(Set, "06-status-showHistory-output");
    }

    [Fact]
    public async Task History_of_a_failure()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);
        await replay.PlayAsync("realhost", "10-start-fails");
        replay.Know("25716392bf9741de9f580d46180f6db7", await IdAsync(app, "Fails"));

        await replay.PlayAsync("realhost", "11-failed");
        var (capture, answer) = await replay.AskAsync(Set, "13-status-failed-history");
        Assert.Equal(WithoutInnermost(capture.Body), WithoutInnermost(await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Events_that_are_refused_or_come_late_and_the_histories_they_leave()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);
        replay.Know("a54eef699e314f2aa630dbb0573b5d75", await CheckOpenAsync(app));
        replay.Know("9c7306a7779c434da5b9ae20b1d98615", await CheckOpenAsync(app));
        replay.Know("85cd7adc2488472886eca7336fba7f92", await CheckOpenAsync(app));

        await replay.PlayAsync(Set, "25-raise-badjson");
        await replay.PlayAsync(Set, "27-raise-404");
        await replay.PlayAsync(Set, "26-raise-ok");
        await replay.PlayAsync(Set, "28-suspend");
        await replay.PlayAsync(Set, "30-terminate");
        await replay.PlayAsync(Set, "29-status-suspended");
        await replay.PlayAsync(Set, "31-status-terminated");
        await replay.PlayAsync(Set, "37-status-event-done");
        await replay.PlayAsync(Set, "33-raise-completed");
        await replay.PlayAsync(Set, "34-suspend-completed");
        await replay.PlayAsync(Set, "73-unknown-op");
    }

    [Fact]
    public async Task An_event_that_is_no_json_by_its_type_is_refused()
    {
        await using var app = await StartAsync();
        var capture = Capture.Read(Set, "24-raise-badtype");

        var answer = await app.SendAsync(
            HttpMethod.Post, $"/runtime/webhooks/durabletask/instances/{await CheckOpenAsync(app)}/raiseEvent/go", "\"x\"", "text/plain");

        await capture.AssertAnsweredByAsync(answer);
    }

    [Fact]
    public async Task Odd_routes_methods_and_queries()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);

        await replay.PlayAsync(Set, "44-orchestrators-wait");
        await replay.PlayAsync(Set, "54-list-time");
        await replay.PlayAsync(Set, "70-entities");
        await replay.PlayAsync(Set, "71-unknown-route");
        await replay.PlayAsync(Set, "85-badid");
        await replay.PlayAsync(Set, "86-post-instances");
        await replay.PlayAsync(Set, "87-put");
        await replay.PlayAsync(Set, "90-suspend-404");
        await replay.PlayAsync(Set, "64-purge-filter-none");
    }

    [Fact]
    public async Task A_running_instance_is_purged_and_started_again_and_terminated_without_a_reason()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);

        await replay.PlayAsync(Set, "80-start-events");
        await replay.PlayAsync(Set, "81-purge-running");
        await replay.PlayAsync(Set, "82-raise-nobody");
        await replay.PlayAsync(Set, "84-dup-running");
        await replay.PlayAsync(Set, "88-terminate-noreason");
        await replay.PlayAsync(Set, "89-status");
        await replay.PlayAsync(Set, "94-status-casing");
        await replay.PlayAsync(Set, "91-history-route");
    }

    [Fact]
    public async Task Statuses_are_case_sensitive_and_unknown_ones_are_no_filter()
    {
        await using var app = await StartAsync();
        await CheckOpenAsync(app);

        foreach (var (filter, count) in new[] { ("runtimeStatus=completed", 1), ("runtimeStatus=Bogus", 1), ("runtimeStatus=Completed", 0), ("runtimeStatus=Bogus,Failed", 0) })
        {
            var list = JsonNode.Parse(await app.Client.GetStringAsync($"/runtime/webhooks/durabletask/instances?{filter}"))!;
            Assert.Equal((filter, count), (filter, list.AsArray().Count));
        }
    }

    /// <summary>What a task's own failure was is told by the platform as an exception of its core, by this engine as it was.</summary>
    private static string WithoutInnermost(string body)
    {
        var instance = JsonNode.Parse(Capture.Mask(body))!;
        var failed = instance["historyEvents"]!.AsArray().Last()!["FailureDetails"]!["InnerFailure"]!.AsObject();
        Assert.NotNull(failed["InnerFailure"]);
        failed["InnerFailure"] = null;
        return instance.ToJsonString();
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(azurite, [typeof(HelloFunctions)]);

    private static async Task<string> CheckOpenAsync(TestApp app)
    {
        using var answer = await app.SendAsync(HttpMethod.Post, "/api/start/WaitEvt");
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["Id"]!;
    }

    private static async Task<string> IdAsync(TestApp app, string name)
    {
        var list = JsonNode.Parse(await app.Client.GetStringAsync("/runtime/webhooks/durabletask/instances"))!;
        return (string)list.AsArray().First(instance => (string?)instance!["name"] == name)!["instanceId"]!;
    }
}
