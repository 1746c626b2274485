using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Reprocessing.Cli.Terminal;

namespace EndToEnd.Tests.Stories;

/// <summary>What operators do at a command line, and that it does no more and no less than it says.</summary>
public sealed class CommandLineTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    [Fact]
    public async Task Dead_letters_are_listed_and_retried_to_the_end()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(30);
        await app.Store.SeedDeadLettersAsync(5, "other", letter => letter with { CustomerId = "customer-2" });

        var listed = await CommandLineRun.RunAsync(app.Client, "dlq", "list", "--filter", "customerId = customer-1", "--limit", "0", "-o", "ndjson");
        var retried = await CommandLineRun.RunAsync(
            app.Client, "dlq", "retry", "--filter", "customerId = customer-1", "--reason", "The shelves are full again.", "--wait-for-outcome", "--wait", "--yes", "-o", "json");

        Assert.Equal(30, listed.Expect(ExitCode.Ok).Lines.Count);
        var job = retried.Expect(ExitCode.Ok).Json;
        Assert.Equal(("succeeded", 30), (job.Text("state"), job.At("counts").Number("succeeded")));
        Assert.Equal((JobRequests.Recorded, "The shelves are full again."), (job.Text("requestedBy"), job.Text("reason")));
        Assert.Contains("30 of 30", retried.Error, StringComparison.Ordinal);
        var statuses = await app.Store.CountStatusesAsync();
        Assert.Equal((30, 5), (statuses["completed"], statuses["dead_letter"]));
        var items = await CommandLineRun.RunAsync(app.Client, "jobs", "items", job.Text("jobId")!, "--limit", "0", "-o", "csv");
        Assert.Equal(1 + 30, items.Out.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        var left = await CommandLineRun.RunAsync(app.Client, "dlq", "stats", "-o", "json");
        Assert.Equal(5, left.Expect(ExitCode.Ok).Json.Number("unresolvedCount"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_its_plan_can_be_applied()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(4);
        var before = await app.Store.ReadAllOrdersAsync();

        var planned = await CommandLineRun.RunAsync(app.Client, "dlq", "retry", "--all", "--dry-run", "-o", "json");

        var plan = planned.Expect(ExitCode.Ok).Json;
        Assert.Equal(4, plan.Number("count"));
        Assert.Equal(before.Select(order => (order.OrderId, order.Version)), (await app.Store.ReadAllOrdersAsync()).Select(order => (order.OrderId, order.Version)));
        Assert.Empty((await app.Client.GetAsync("/api/jobs")).Json.At("items").EnumerateArray());

        var applied = await CommandLineRun.RunAsync(app.Client, "apply", plan.Text("planId")!, "--reason", "Looked at.", "--yes", "--wait", "-o", "json");
        Assert.Equal(plan.Text("planId"), applied.Expect(ExitCode.Ok).Json.Text("planId"));
        var again = await CommandLineRun.RunAsync(app.Client, "apply", plan.Text("planId")!, "--reason", "Once more.", "--yes");
        Assert.Contains("plan_applied", again.Expect(ExitCode.Conflict).Error, StringComparison.Ordinal);
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task The_same_call_with_the_same_key_is_one_job()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);
        string[] call = ["dlq", "retry", "--all", "--reason", "The shelves are full again.", "--idempotency-key", "incident-17", "--yes", "-o", "json"];

        var first = (await CommandLineRun.RunAsync(app.Client, call)).Expect(ExitCode.Ok).Json.Text("jobId")!;
        var again = (await CommandLineRun.RunAsync(app.Client, [.. call, "--wait"])).Expect(ExitCode.Ok).Json;

        Assert.Equal(first, again.Text("jobId"));
        Assert.Single((await app.Client.GetAsync("/api/jobs")).Json.At("items").EnumerateArray());
        await app.Store.WaitUntilAllAsync("completed");
        Assert.Equal(3, (await app.Store.ReadTakenUpAsync(first)).Count);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_signal_ends_the_program_and_not_the_job()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(40);
        var jobId = await app.Client.RetryAsync(JobRequests.All, new { pace = new { itemsPerSecond = 1 } });
        using var program = new CommandLineProcess("jobs", "watch", jobId, "--url", app.Client.Address.ToString());
        await program.WaitForAsync("running");

        var exitCode = await program.InterruptAsync();

        Assert.Equal(ExitCode.Interrupted, exitCode);
        Assert.Contains($"reprocess jobs cancel {jobId}", program.Error, StringComparison.Ordinal);
        Assert.Equal("running", (await app.Client.GetJobAsync(jobId)).Text("state"));
        (await CommandLineRun.RunAsync(app.Client, "jobs", "set-rate", jobId, "0")).Expect(ExitCode.Ok);
        Assert.Equal("succeeded", (await app.Client.WaitForJobAsync(jobId)).Text("state"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_purge_that_nobody_confirms_deletes_nothing()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(3);
        (await app.Client.ResolveAsync(ids[0], "cancelled")).Expect(HttpStatusCode.OK);
        (await app.Client.ResolveAsync(ids[1], "cancelled")).Expect(HttpStatusCode.OK);
        string[] purge = ["dlq", "purge", "--filter", "resolution = cancelled", "--reason", "Old."];

        (await CommandLineRun.RunAsync(app.Client, purge)).Expect(ExitCode.Refused);
        Assert.Equal(3, (await app.Client.ReadDeadLettersAsync(resolution: "any")).Count);
        (await CommandLineRun.RunAsync(app.Client, [.. purge, "--yes", "--wait"])).Expect(ExitCode.Ok);

        var left = Assert.Single(await app.Client.ReadDeadLettersAsync(resolution: "any"));
        Assert.Equal(ids[2], left.Text("orderId"));
        (await CommandLineRun.RunAsync(app.Client, [.. purge, "--yes"])).Expect(ExitCode.NothingMatched);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_job_with_failed_items_is_done_in_part()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "bad:pick"));
        await app.Store.SeedDeadLettersAsync(6, "good");
        await app.Store.SeedDeadLettersAsync(2, "bad");

        var retried = await CommandLineRun.RunAsync(
            app.Client, "dlq", "retry", "--all", "--max-retries", "1", "--strategy", "immediate", "--reason", "Try.", "--wait-for-outcome", "--wait", "--yes", "-o", "json");

        var job = retried.Expect(ExitCode.Partial).Json;
        Assert.Equal(("completed_with_failures", 6, 2), (job.Text("state"), job.At("counts").Number("succeeded"), job.At("counts").Number("failed")));
        var failed = await CommandLineRun.RunAsync(app.Client, "jobs", "items", job.Text("jobId")!, "--state", "failed", "-o", "ndjson");
        Assert.Equal(["bad-00000", "bad-00001"], failed.Lines.Select(item => item.Text("id")));
        var report = await CommandLineRun.RunAsync(app.Client, "report", job.Text("jobId")!, "--markdown");
        Assert.Contains("| retries\\_exhausted | 2 |", report.Expect(ExitCode.Ok).Out, StringComparison.Ordinal);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task What_is_not_there_or_mistyped_is_told_by_the_exit_code()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var orderId = (await app.Store.SeedDeadLettersAsync(1))[0];
        var version = (await app.Store.ReadOrderAsync(orderId)).Version;

        foreach (var unknown in (string[][])
        [
            ["dlq", "show", "nobody"], ["orders", "show", "nobody"], ["jobs", "watch", "job-nobody"], ["plan", "show", "plan-nobody"],
            ["groups", "show", "none"], ["workflows", "show", "none"],
        ])
        {
            Assert.Contains("not_found", (await CommandLineRun.RunAsync(app.Client, unknown)).Expect(ExitCode.NotFound).Error, StringComparison.Ordinal);
        }

        var typo = await CommandLineRun.RunAsync(app.Client, "dlq", "retry", "--filter", "errorTyp = timeout", "--reason", "Try.", "--yes");
        Assert.Contains("column 1", typo.Expect(ExitCode.Usage).Error, StringComparison.Ordinal);
        (await CommandLineRun.RunAsync(app.Client, "dlq", "retry", "--filter", "customerId = nobody", "--reason", "Try.", "--dry-run")).Expect(ExitCode.NothingMatched);
        (await CommandLineRun.RunAsync(app.Client, "dlq", "retry", "--all", "--max-retries", "0", "--reason", "Try.", "--yes")).Expect(ExitCode.Usage);
        (await CommandLineRun.RunAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"), CancellationToken.None, "dlq", "list")).Expect(ExitCode.Unreachable);

        // A selection that matches nothing has made a plan, which is all that was done.
        Assert.Single((await app.Client.GetAsync("/api/plans")).Json.At("items").EnumerateArray());
        Assert.Empty((await app.Client.GetAsync("/api/jobs")).Json.At("items").EnumerateArray());
        Assert.Equal(version, (await app.Store.ReadOrderAsync(orderId)).Version);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Ctrl_C_leaves_the_job_running()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(60);
        using var stop = new CancellationTokenSource();
        var watching = CommandLineRun.RunAsync(
            app.Client.Address, stop.Token, "dlq", "retry", "--all", "--rate", "1", "--reason", "Slowly.", "--wait", "--yes");
        var jobId = (await Waiting.Eventually.GetAsync(async () =>
        {
            var jobs = (await app.Client.GetAsync("/api/jobs")).Json.At("items");
            return jobs.GetArrayLength() == 1 && (await app.Client.GetJobAsync(jobs[0].Text("jobId")!)).Processed() > 0 ? jobs[0].Text("jobId") : null;
        }))!;

        await stop.CancelAsync();
        var stopped = (await watching).Expect(ExitCode.Interrupted);

        Assert.Contains($"reprocess jobs watch {jobId}", stopped.Error, StringComparison.Ordinal);
        Assert.Contains((await app.Client.GetJobAsync(jobId)).Text("state"), (string[])["pending", "running"]);
        (await CommandLineRun.RunAsync(app.Client, "jobs", "pause", jobId)).Expect(ExitCode.Ok);
        await app.Client.WaitForJobStateAsync(jobId, "paused");
        (await CommandLineRun.RunAsync(app.Client, "jobs", "set-rate", jobId, "0")).Expect(ExitCode.Ok);
        (await CommandLineRun.RunAsync(app.Client, "jobs", "resume", jobId)).Expect(ExitCode.Ok);
        (await CommandLineRun.RunAsync(app.Client, "jobs", "watch", jobId, "--timeout", "2m")).Expect(ExitCode.Ok);
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_file_is_brought_in_and_its_workflows_are_reset()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var file = Path.Combine(Path.GetTempPath(), $"{Hosts.Storage.NewName()}.jsonl");
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Range(0, 4).Select(number =>
            $$"""{"orderId":"order-{{number}}","customerId":"customer-1","items":[{"sku":"SKU-1","quantity":1}]}""" + "\n")) + "nothing\n");

        var imported = await CommandLineRun.RunAsync(app.Client, "orders", "import", file, "--wait", "-o", "json");
        File.Delete(file);
        var rejected = await CommandLineRun.RunAsync(
            app.Client, "orders", "imports", "rejected", imported.Expect(ExitCode.Partial).Json.Text("importId")!, "-o", "ndjson");
        foreach (var number in Enumerable.Range(0, 4))
        {
            await app.Client.WaitForOrderAsync($"order-{number}", "completed");
        }

        var reset = await CommandLineRun.RunAsync(
            app.Client, "reset", "--query", "WorkflowType = 'OrderFulfillment' AND CustomerId = customer-1", "--exclude", "order-fulfillment-order-3",
            "--type", "FirstWorkflowTask", "--include-completed", "--reason", "The labels were wrong.", "--wait-for-outcome", "--wait", "--yes", "-o", "json");

        Assert.Equal(5, Assert.Single(rejected.Expect(ExitCode.Ok).Lines).Number("line"));
        Assert.Equal(3, reset.Expect(ExitCode.Ok).Json.At("counts").Number("succeeded"));
        foreach (var (number, generation) in new[] { (0, 1), (1, 1), (2, 1), (3, 0) })
        {
            var order = (await CommandLineRun.RunAsync(app.Client, "orders", "show", $"order-{number}", "-o", "json")).Expect(ExitCode.Ok).Json;
            Assert.Equal(generation, order.At("attempts").EnumerateArray().Last().Number("generation"));
            Assert.Equal(generation == 1, order.At("timeline").EnumerateArray().Any(told => told.Text("kind") == "reset"));
        }

        await app.VerifyAsync();
    }

    [Fact]
    public async Task Everything_else_that_is_looked_at_answers()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var ids = await app.Store.SeedDeadLettersAsync(2);
        await app.Store.SeedFailedAsync(3);

        Assert.Equal(3, (await CommandLineRun.RunAsync(app.Client, "orders", "failures", "-o", "ndjson")).Expect(ExitCode.Ok).Lines.Count);
        var run = await CommandLineRun.RunAsync(app.Client, "runs", "start", "--max-orders", "10", "--wait", "--timeout", "2m", "-o", "json");
        Assert.Equal(3, run.Expect(ExitCode.Ok).Json.Number("restartedCount"));
        var runId = Assert.Single((await CommandLineRun.RunAsync(app.Client, "runs", "list", "-o", "ndjson")).Expect(ExitCode.Ok).Lines).Text("runId")!;
        Assert.Equal(3, (await CommandLineRun.RunAsync(app.Client, "runs", "items", runId, "-o", "ndjson")).Expect(ExitCode.Ok).Lines.Count);
        foreach (var command in (string[][])
        [
            ["runs", "show", runId], ["jobs", "list"], ["jobs", "show", runId], ["jobs", "watch", runId], ["orders", "list", "--limit", "1"], ["orders", "show", ids[0]],
            ["orders", "timeline", ids[0]], ["orders", "imports", "list"], ["orders", "export"], ["dlq", "list"], ["dlq", "show", ids[0]], ["dlq", "groups"],
            ["dlq", "note", ids[0], "Asked the carrier."], ["dlq", "export", "-o", "csv"], ["groups", "list"], ["plan", "list"], ["workflows", "list"],
            ["audit", "--target", ids[0]], ["report"], ["report", runId, "-o", "csv"], ["doctor"],
        ])
        {
            Assert.NotEmpty((await CommandLineRun.RunAsync(app.Client, command)).Expect(ExitCode.Ok).Out);
        }

        await app.VerifyAsync();
    }
}
