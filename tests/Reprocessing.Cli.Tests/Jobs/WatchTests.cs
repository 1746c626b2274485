namespace Reprocessing.Cli.Tests.Jobs;

/// <summary>Whoever waits learns how far a job is and what came of it, and takes nothing with them when they go.</summary>
public sealed class WatchTests
{
    private const string Path = $"/api/jobs/{Responses.JobId}";

    [Theory]
    [InlineData("succeeded", 0, ExitCode.Ok)]
    [InlineData("completed_with_failures", 1, ExitCode.Partial)]
    [InlineData("canceled", 0, ExitCode.Partial)]
    [InlineData("failed", 5, ExitCode.Error)]
    public async Task The_exit_code_says_what_came_of_it(string state, int failed, int exitCode)
    {
        using var cli = new CliRun();
        cli.Network.Get(Path, Responses.Job("running", succeeded: 1), Responses.Job(state, failed: failed));

        Assert.Equal(exitCode, await cli.RunAsync("jobs", "watch", Responses.JobId, "-o", "json"));
        Assert.Equal(state, JsonElement.Parse(cli.Out).GetProperty("state").GetString());
        Assert.Equal(2, cli.Network.Sent.Count);
    }

    [Theory]
    [InlineData("leased", ExitCode.Partial)]
    [InlineData("changed_since_plan", ExitCode.Conflict)]
    public async Task Items_that_were_skipped_are_no_success(string reason, int exitCode)
    {
        using var cli = new CliRun();
        cli.Network.Get(Path, Responses.Job("completed_with_skips", succeeded: 2, skipped: 1))
            .Get($"{Path}/items", Responses.Page(null, $$"""{"id":"order-1","state":"skipped","reason":"{{reason}}"}"""));

        Assert.Equal(exitCode, await cli.RunAsync("jobs", "watch", Responses.JobId));
        Assert.Contains($"{reason} 1", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_that_were_only_started_are_told_of()
    {
        using var cli = new CliRun();
        cli.Network.Get(Path, Responses.Job("succeeded", succeeded: 0, started: 3));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "watch", Responses.JobId));
        Assert.Contains("3 items started, and not waited for", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("completed_with_failures")]
    [InlineData("canceled")]
    [InlineData("failed")]
    public async Task What_is_left_is_told_with_the_command_that_takes_it_up(string state)
    {
        using var cli = new CliRun();
        cli.Network.Get(Path, Responses.Job(state, failed: 1, further: ""","result":{"leftovers":{"pending":1,"failed":1,"command":"reprocess dlq retry --from-job job-1"}}"""));

        await cli.RunAsync("jobs", "watch", Responses.JobId);

        Assert.Contains("To take up what is left: reprocess dlq retry --from-job job-1\n", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outcome", "order-3", 4, "waits for order-3 and 4 others, attempt 2 of 3, until 2026-03-01 12:05:00Z")]
    [InlineData("next_attempt", "order-3", 0, "waits to start order-3 again, attempt 2 of 3, until 2026-03-01 12:05:00Z")]
    [InlineData("circuit", null, 4, "waits for the circuit breaker's next trial, until 2026-03-01 12:05:00Z")]
    public async Task What_a_job_waits_for_is_told(string what, string? item, int others, string told)
    {
        using var cli = new CliRun();
        var id = item is null ? "null" : $"\"{item}\"";
        var wait = $$$""","progress":{"processed":1,"waitsFor":{"for":"{{{what}}}","item":{{{id}}},"others":{{{others}}},"attempt":2,"maxAttempts":3,"until":"2026-03-01T12:05:00Z"}}""";
        cli.Network.Get(Path, Responses.Job("running", further: wait), Responses.Job("succeeded"));

        await cli.RunAsync("jobs", "watch", Responses.JobId);

        Assert.Contains(told, cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_paused_by_itself_is_not_waited_for()
    {
        using var cli = new CliRun();
        cli.Network.Get(Path, Responses.Job("paused", further: ""","stateReason":"ramp_threshold" """));

        Assert.Equal(ExitCode.Partial, await cli.RunAsync("jobs", "watch", Responses.JobId));
        Assert.Contains($"reprocess jobs resume {Responses.JobId}", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_somebody_paused_is_waited_for()
    {
        using var cli = new CliRun();
        cli.Network.Get(Path, Responses.Job("paused"), Responses.Job("succeeded"));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "watch", Responses.JobId));
    }

    [Fact]
    public async Task Waiting_ends_with_its_time_and_the_job_does_not()
    {
        using var cli = new CliRun();
        cli.Network.Get(Path, Responses.Job("running"));

        Assert.Equal(ExitCode.Timeout, await cli.RunAsync("jobs", "watch", Responses.JobId, "--timeout", "90s"));
        Assert.Equal(90, cli.Time.Pauses.Sum(pause => pause.TotalSeconds));
        Assert.All(cli.Network.Sent, request => Assert.Equal("GET", request.Method));
        Assert.Contains($"reprocess jobs watch {Responses.JobId}", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_leaves_the_job_alone_and_says_how_to_go_on()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", Path, ScriptedNetwork.Json(Responses.Job("running")), () =>
        {
            cli.PressCtrlC();
            return ScriptedNetwork.Json(Responses.Job("running"))();
        });

        Assert.Equal(ExitCode.Interrupted, await cli.RunAsync("jobs", "watch", Responses.JobId));
        Assert.All(cli.Network.Sent, request => Assert.Equal("GET", request.Method));
        foreach (var verb in new[] { "watch", "pause", "cancel" })
        {
            Assert.Contains($"reprocess jobs {verb} {Responses.JobId}", cli.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_app_that_is_started_anew_does_not_end_the_waiting()
    {
        using var cli = new CliRun();
        var dead = ScriptedNetwork.Fault(HttpRequestError.ConnectionError);
        cli.Network.On(
            "GET", Path, [ScriptedNetwork.Json(Responses.Job("running")), .. Enumerable.Repeat(dead, 10), ScriptedNetwork.Json(Responses.Job("succeeded"))]);

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "watch", Responses.JobId));
        Assert.Contains("still trying", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_stays_away_does()
    {
        using var cli = new CliRun();
        cli.Network.On("GET", Path, ScriptedNetwork.Json(Responses.Job("running")), ScriptedNetwork.Fault(HttpRequestError.ConnectionError));

        Assert.Equal(ExitCode.Unreachable, await cli.RunAsync("jobs", "watch", Responses.JobId));
        Assert.Contains("goes on when that does", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_is_shown_a_bar()
    {
        using var cli = new CliRun { IsTerminal = true, IsErrorTerminal = true };
        var progress = ""","progress":{"processed":1,"total":3,"percent":33.3,"circuit":"[open]"}""";
        cli.Network.Get(Path, Responses.Job("running", further: progress), Responses.Job("succeeded"));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("jobs", "watch", Responses.JobId, "-o", "json"));
        Assert.Contains("100%", cli.Error, StringComparison.Ordinal);
        Assert.Equal("succeeded", JsonElement.Parse(cli.Out).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_terminal_that_cannot_redraw_is_shown_lines()
    {
        using var cli = new CliRun { IsTerminal = true, IsErrorTerminal = true };
        cli.Variables["TERM"] = "dumb";
        cli.Network.Get(Path, Responses.Job("succeeded"));

        await cli.RunAsync("jobs", "watch", Responses.JobId);

        Assert.DoesNotContain('\u001b', cli.Error);
    }

    [Fact]
    public async Task Progress_is_a_line_now_and_then()
    {
        using var cli = new CliRun();
        var progress = ""","progress":{"processed":1,"total":3,"percent":33.3,"ratePerSecond":0.5,"etaSeconds":4,"rampStep":1,"circuit":"open"}""";
        cli.Network.Get(Path, [.. Enumerable.Repeat(Responses.Job("running", succeeded: 0, failed: 1, further: progress), 5), Responses.Job("succeeded")]);

        await cli.RunAsync("jobs", "watch", Responses.JobId);

        var lines = cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal($"{Responses.JobId} running 33.3 %, 1 of 3, 0.5/s, 4 s left, 1 failed, ramp step 1, circuit open", lines[0]);
        Assert.DoesNotContain('\u001b', cli.Error);
    }
}
