using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Contracts;

/// <summary>
/// What stories rely on, on the engine in memory and on the real one alike: every cure of the first is here, and what crosses the worker's
/// boundary.
/// </summary>
public abstract class EngineContract(EngineApp app)
{
    private static readonly int[] FiveNumbers = [1, 2, 3, 4, 5];

    [Fact]
    public async Task Events_that_a_run_has_not_heard_are_there_after_it_has_continued_as_new()
    {
        var id = EngineApp.NewId();
        await app.StartAsync("Collect", id, new { wanted = FiveNumbers.Length, numbers = Array.Empty<int>() });
        foreach (var number in FiveNumbers)
        {
            await app.AskAsync(HttpMethod.Post, $"{id}/raise?name=Number", number);
        }

        var ended = await app.WaitAsync(id, "Completed");

        Assert.Equal(FiveNumbers, ended.At("output").EnumerateArray().Select(number => number.GetInt32()));
        Assert.Equal(FiveNumbers.Length, ended.At("customStatus").Number("heard"));
    }

    [Fact]
    public async Task The_history_is_that_since_the_last_continuation_from_its_start_to_its_end()
    {
        var id = EngineApp.NewId();
        await app.StartAsync("Collect", id, new { wanted = 2, numbers = Array.Empty<int>() });
        await app.AskAsync(HttpMethod.Post, $"{id}/raise?name=Number", 1);
        await app.AskAsync(HttpMethod.Post, $"{id}/raise?name=Number", 2);
        await app.WaitAsync(id, "Completed");

        var told = (await HistoryAsync(id)).Where(kind => kind is not ("OrchestratorStarted" or "OrchestratorCompleted"));

        Assert.Equal(["ExecutionStarted", "EventRaised", "ExecutionCompleted"], told);
    }

    [Theory]
    [InlineData("raise?name=Number")]
    [InlineData("terminate")]
    [InlineData("suspend")]
    [InlineData("resume")]
    public async Task A_command_for_an_instance_that_is_not_there_is_refused_and_starts_none(string command)
    {
        var id = EngineApp.NewId();

        Assert.Equal("NotFound", (await app.AskAsync(HttpMethod.Post, $"{id}/{command}")).Text("error"));

        Assert.Equal("none", (await app.AskAsync(HttpMethod.Get, id)).Text("status"));
        Assert.Equal("ArgumentException", (await app.AskAsync(HttpMethod.Get, $"{id}/history")).Text("error"));
    }

    [Fact]
    public async Task An_event_that_an_orchestrator_sends_to_nobody_is_gone_and_a_later_instance_does_not_get_it()
    {
        var id = EngineApp.NewId();

        Assert.Equal("told", (await app.RunAsync("TellNobody", id)).GetString());
        await app.StartAsync("Collect", id, new { wanted = 1, numbers = Array.Empty<int>() });
        await app.WaitAsync(id, "Running");
        await app.AskAsync(HttpMethod.Post, $"{id}/raise?name=Number", 7);

        Assert.Equal(7, (await app.WaitAsync(id, "Completed")).At("output")[0].GetInt32());
    }

    [Fact]
    public async Task Many_activities_run_at_once() => Assert.Equal(10, (await app.RunAsync("MeetAll", 10)).GetInt32());

    /// <summary>The real engine does so when the message can be seen again, which the app's host.json lets it be after a minute.</summary>
    [Fact]
    public async Task What_a_host_had_in_hand_is_given_to_the_next_one()
    {
        var (id, mark) = (EngineApp.NewId(), Path.Combine(Path.GetTempPath(), EngineApp.NewId()));
        await app.StartAsync("HangOnce", id, mark);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(mark)));

        await app.LoseHostAsync();

        Assert.Equal("came back", (await app.WaitAsync(id, "Completed")).Text("output"));
        File.Delete(mark);
    }

    [Fact]
    public async Task A_timer_fires_up_to_a_second_before_the_orchestrators_own_clock_has_come_to_it() =>
        Assert.InRange((await app.RunAsync("Sleep", 3)).GetDouble(), 2, 60);

    [Fact]
    public async Task A_second_start_under_an_id_is_refused_while_the_first_runs_and_after_it()
    {
        var id = EngineApp.NewId();
        await app.StartAsync("Collect", id, new { wanted = 1, numbers = Array.Empty<int>() });
        await app.WaitAsync(id, "Running");

        Assert.NotEqual(JsonValueKind.Null, (await app.StartAsync("Read", id)).ValueKind);
        await app.AskAsync(HttpMethod.Post, $"{id}/raise?name=Number", 1);
        await app.WaitAsync(id, "Completed");
        Assert.NotEqual(JsonValueKind.Null, (await app.StartAsync("Read", id)).ValueKind);

        Assert.Equal(1, (await app.AskAsync(HttpMethod.Get, id)).At("output")[0].GetInt32());
    }

    [Fact]
    public async Task A_terminated_instance_is_purged_and_its_id_is_free_again()
    {
        var id = EngineApp.NewId();
        await app.StartAsync("WaitForEver", id);
        await app.WaitAsync(id, "Running");
        await app.AskAsync(HttpMethod.Post, $"{id}/terminate");
        await app.WaitAsync(id, "Terminated");
        await app.AskAsync(HttpMethod.Post, $"{id}/purge");

        Assert.Equal("none", (await app.AskAsync(HttpMethod.Get, id)).Text("status"));
        await app.StartAsync("ShowVersion", id);
        await app.WaitAsync(id, "Completed");
    }

    /// <summary>No cure, but what the real engine does not do either.</summary>
    [Fact]
    public async Task Neither_suspension_nor_a_recursive_termination_of_a_parent_reaches_its_child()
    {
        var (id, child) = (EngineApp.NewId(), string.Empty);
        child = $"{id}-child";
        await app.StartAsync("Parent", id);
        await app.WaitAsync(child, "Running");

        await app.AskAsync(HttpMethod.Post, $"{id}/suspend");
        await app.WaitAsync(id, "Suspended");
        Assert.Equal("Running", (await app.AskAsync(HttpMethod.Get, child)).Text("status"));
        await app.AskAsync(HttpMethod.Post, $"{id}/resume");
        await app.WaitAsync(id, "Running");
        await app.AskAsync(HttpMethod.Post, $"{id}/terminate");
        await app.WaitAsync(id, "Terminated");
        Assert.Equal("Running", (await app.AskAsync(HttpMethod.Get, child)).Text("status"));
    }

    [Fact]
    public async Task Inputs_and_outputs_are_read_and_written_by_the_JSON_rules_of_the_app()
    {
        var report = await app.RunAsync("Read", new { mood = "very_bad", text = "Regen in 台北 & <Wien>" });

        Assert.Equal(("good_enough", "Regen in 台北 & <Wien>"), (report.Text("mood"), report.Text("text")));
    }

    [Fact]
    public async Task Failures_of_activities_and_of_orchestrations_are_seen_with_type_message_and_cause()
    {
        var seen = (await app.RunAsync("SeeFailures")).EnumerateArray().ToList();

        Assert.Equal(
            ("System.InvalidOperationException", "The machine is broken.", "System.ArgumentException", "It was hit too hard."),
            (seen[0].Text("errorType"), seen[0].Text("errorMessage"), seen[0].Text("innerType"), seen[0].Text("innerMessage")));
        Assert.Equal("Task 'Break' (#0) failed with an unhandled exception: The machine is broken.", seen[0].Text("message"));
        Assert.Equal(
            ("System.AggregateException", "One or more errors occurred. (Fail cannot do it.)", "System.NotSupportedException", "Fail cannot do it."),
            (seen[1].Text("errorType"), seen[1].Text("errorMessage"), seen[1].Text("innerType"), seen[1].Text("innerMessage")));
    }

    [Fact]
    public async Task The_failure_of_an_instance_is_its_output_and_no_details_are_shown_to_the_client()
    {
        var id = EngineApp.NewId();
        await app.StartAsync("Fail", id);
        var failed = await app.WaitAsync(id, "Failed");

        Assert.Equal((null, null), (failed.Text("errorType"), failed.Text("errorMessage")));
        Assert.Equal("System.AggregateException: One or more errors occurred. (Fail cannot do it.)", failed.Text("output"));
        Assert.Contains("ExecutionCompleted", await HistoryAsync(id));
    }

    [Fact]
    public async Task An_activity_gets_its_context_a_client_and_a_token()
    {
        var shown = await app.RunAsync("ShowBindings");

        Assert.Equal(["TellBindings", "ShowBindings", "True"], shown.EnumerateArray().Select(told => told.GetString()));
    }

    [Fact]
    public async Task An_instance_and_its_child_have_the_version_that_host_json_says()
    {
        var versions = await app.RunAsync("ShowVersions");

        Assert.Equal(["1.0", "1.0"], versions.EnumerateArray().Select(version => version.GetString()));
    }

    [Fact]
    public async Task A_result_of_five_mebibytes_comes_back_whole() => Assert.Equal(5 << 20, (await app.RunAsync("Measure", 5 << 20)).GetInt32());

    private async Task<IReadOnlyList<string?>> HistoryAsync(string id) =>
        [.. (await app.AskAsync(HttpMethod.Get, $"{id}/history")).EnumerateArray().Select(told => told.GetString())];
}

public sealed class InMemoryEngineTests(InMemoryEngineApp app) : EngineContract(app), IClassFixture<InMemoryEngineApp>;

public sealed class RealEngineTests(RealEngineApp app) : EngineContract(app), IClassFixture<RealEngineApp>;
