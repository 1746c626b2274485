using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;

namespace Embedded.Functions.Tests.Management;

/// <summary>The exchanges with the real Functions host, in their order, against ours. The keys are on, as they were there.</summary>
[Collection(nameof(AzuriteCollection))]
public sealed class RealHostCaptureTests(AzuriteFixture azurite)
{
    private const string Set = "realhost";

    [Fact]
    public async Task An_orchestration_from_its_start_to_its_history()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);

        await replay.PlayAsync(Set, "01-start");
        await replay.PlayAsync(Set, "02-status-pending");
        await replay.PlayAsync(Set, "04-status-completed");
        await replay.PlayAsync(Set, "05-history");
        await replay.PlayAsync(Set, "06-nocode");
        await replay.PlayAsync(Set, "07-404");
        await replay.PlayAsync(Set, "08-badcode");
    }

    [Fact]
    public async Task A_failed_orchestration()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);

        await replay.PlayAsync(Set, "10-start-fails");
        await replay.PlayAsync(Set, "11-failed");
        await replay.PlayAsync(Set, "12-failed500");
    }

    [Fact]
    public async Task Event_suspend_resume_terminate_rewind_and_the_lists_of_what_they_leave()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);

        await replay.PlayAsync(Set, "10-start-fails");
        await replay.PlayAsync(Set, "20-start-wait");
        await replay.PlayAsync(Set, "21-start-wait2");
        await replay.PlayAsync(Set, "22-raise");
        await replay.PlayAsync(Set, "23-suspend");
        await replay.PlayAsync(Set, "24-suspended");
        await replay.PlayAsync(Set, "25-resume");
        await replay.PlayAsync(Set, "26-terminate");
        await replay.PlayAsync(Set, "27-terminated");
        await replay.PlayAsync(Set, "28-terminate-again");
        await EndedAsync(app, 3);
        await replay.PlayAsync(Set, "29-rewind-completed");
        await replay.PlayAsync(Set, "41-orch-unknown");
        await EndedAsync(app, 4);
        await AssertSameElementsAsync(replay, "51-list-failed");
        await AssertFirstPageAsync(replay);
    }

    [Fact]
    public async Task Start_restart_and_purge_through_the_api()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);

        await replay.PlayAsync(Set, "40-orch-start");
        await replay.PlayAsync(Set, "42-orch-badjson");
        await EndedAsync(app, 2);
        await replay.PlayAsync(Set, "43-restart");
        await replay.PlayAsync(Set, "44-restart-404");
        await replay.PlayAsync(Set, "60-purge");
        await replay.PlayAsync(Set, "61-purge-nofilter");
        await replay.PlayAsync(Set, "62-purge-404");
        await replay.PlayAsync(Set, "78-start-unknown-orch");
    }

    [Fact]
    public async Task Unknown_routes_the_admin_api_and_a_timer_by_hand()
    {
        await using var app = await StartAsync();
        var replay = new CaptureReplay(app);

        await replay.PlayAsync(Set, "70-noroute");
        await replay.PlayAsync(Set, "71-badmethod");
        await replay.PlayAsync(Set, "72-admin-functions-nokey");
        await replay.PlayAsync(Set, "74-admin-invoke-timer");
        await EndedAsync(app, 2);
        var (timer, answer) = await replay.AskAsync(Set, "75-list-tick");
        var ours = Elements(await answer.Content.ReadAsStringAsync());
        Assert.Equal(Elements(timer.Body)[2..].Select(Masked), ours.Select(Masked));
        Assert.Null(Capture.Header(answer, "x-ms-continuation-token"));
        await AssertSameNamesAsync(replay, "76-admin-status");
        await AssertSameFunctionsAsync(replay);
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(
        azurite, [typeof(HelloFunctions)], new() { ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production" });

    /// <summary>Waits until all instances but <paramref name="count"/> have ended... all of them, and that there are so many.</summary>
    private static Task EndedAsync(TestApp app, int count) => Eventually.HoldsAsync(
        async () =>
        {
            var list = Elements(await app.Client.GetStringAsync($"/runtime/webhooks/durabletask/instances?code={app.Keys.DurableExtension}"));
            return list.Count == count && list.All(instance => (string?)instance!["runtimeStatus"] is "Completed" or "Failed" or "Terminated");
        },
        $"{count} instances have ended");

    private static async Task AssertSameElementsAsync(CaptureReplay replay, string name)
    {
        var (capture, answer) = await replay.AskAsync("realhost", name);
        Assert.Null(Capture.Header(answer, "x-ms-continuation-token"));
        var ours = Elements(await answer.Content.ReadAsStringAsync()).Select(Masked).Order(StringComparer.Ordinal);
        Assert.Equal(Elements(capture.Body).Select(Masked).Order(StringComparer.Ordinal), ours);
    }

    private static async Task AssertFirstPageAsync(CaptureReplay replay)
    {
        var (capture, answer) = await replay.AskAsync("realhost", "50-list-top1");
        var ours = Elements(await answer.Content.ReadAsStringAsync());
        Assert.Equal(Elements(capture.Body).Single()!.AsObject().Select(member => member.Key), Assert.Single(ours)!.AsObject().Select(member => member.Key));
        Assert.NotNull(Capture.Header(answer, "x-ms-continuation-token"));
    }

    private static async Task AssertSameNamesAsync(CaptureReplay replay, string name)
    {
        var (capture, answer) = await replay.AskAsync("realhost", name);
        var ours = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(JsonNode.Parse(capture.Body)!.AsObject().Select(member => member.Key), ours.Select(member => member.Key));
        Assert.Equal("Running", (string?)ours["state"]);
    }

    /// <summary>The functions that both apps have: names and order of members, and the bindings word for word.</summary>
    private static async Task AssertSameFunctionsAsync(CaptureReplay replay)
    {
        var (capture, answer) = await replay.AskAsync("realhost", "73-admin-functions");
        var ours = Elements(await answer.Content.ReadAsStringAsync()).ToDictionary(function => (string)function!["name"]!);
        foreach (var theirs in Elements(capture.Body).Where(function => (string)function!["name"]! != "Tick"))
        {
            var function = ours[(string)theirs!["name"]!]!;
            Assert.Equal(theirs.AsObject().Select(member => member.Key), function.AsObject().Select(member => member.Key));
            Assert.Equal(theirs["config"]!["bindings"]!.ToJsonString(), function["config"]!["bindings"]!.ToJsonString());
        }
    }

    private static List<JsonNode?> Elements(string body) => [.. JsonNode.Parse(body)!.AsArray()];

    private static string Masked(JsonNode? node) => Capture.Mask(node!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
}
