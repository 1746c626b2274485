using System.Net;
using EndToEnd.Tests.Hosts;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class FailureIntakeTests(Hosts.Storage storage)
{
    private const string Path = "/api/orders/outside-1/failures";

    private static object Report(string workflowId, string status = "shipping_failed") => new
    {
        failureStatus = status,
        errorType = "network",
        reason = "The carrier hung up.",
        workflowId,
        runId = "r-1",
        failedAt = "2026-01-02T03:04:05Z",
    };

    [Fact]
    public async Task A_failure_that_an_outside_service_reports_is_restarted_by_the_next_run()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedElsewhereAsync("outside-1");

        Assert.True((int)(await app.Client.PostAsync(Path, Report("outside-workflow"))).Status < 300);
        Assert.Equal("shipping_failed", await app.Client.GetOrderStatusAsync("outside-1"));
        var result = (await app.Client.RunAsync()).At("output");

        Assert.Equal(1, result.Number("restartedCount"));
        await app.Client.WaitForOrderAsync("outside-1", "completed");
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_failure_status_of_the_users_own_is_taken_in_restarted_filtered_and_guarded()
    {
        await using var app = await InProcessApp.StartAsync(
            storage,
            ("ReprocessingOwnFailureStatuses", "carrier_strike:rate_limit:transient, customs_hold:validation:permanent"),
            ("ReprocessingMaxRetries", "0"));
        await app.Store.SeedElsewhereAsync("outside-1");
        await app.Store.SeedElsewhereAsync("outside-2");

        var strike = (await app.Client.PostAsync(Path, new { failureStatus = "carrier_strike", workflowId = "w-1" })).Expect(HttpStatusCode.Created).Json;
        var hold = (await app.Client.PostAsync("/api/orders/outside-2/failures", new { failureStatus = "customs_hold", workflowId = "w-2" })).Expect(HttpStatusCode.Created).Json;
        (await app.Client.PostAsync(Path, new { failureStatus = "no_such_thing", workflowId = "w-1" })).Expect(HttpStatusCode.BadRequest);
        var run = (await app.Client.RunAsync()).At("output");
        (await app.Client.PostAsync("/api/orders/outside-2/dead-letter", new { reason = "Held.", requestedBy = "ann" })).Expect(HttpStatusCode.OK);
        var listed = (await app.Client.GetAsync("/api/dead-letters?filter=failureStatus%20%3D%20carrier_strike")).Expect(HttpStatusCode.OK).Json.At("items");
        var exported = (await app.Client.GetAsync("/api/exports/orders?status=customs_hold")).Expect(HttpStatusCode.OK);
        var refused = await app.Client.ResolveAsync("outside-2", "manual_retry");

        Assert.Equal(("carrier_strike", "rate_limit"), (strike.Text("status"), strike.At("failure").Text("errorType")));
        Assert.Equal(("customs_hold", "validation"), (hold.Text("status"), hold.At("failure").Text("errorType")));
        Assert.Equal((1, 1), (run.Number("foundCount"), run.Number("dlqCount")));
        Assert.Equal("outside-1", Assert.Single(listed.EnumerateArray()).Text("orderId"));
        Assert.Empty(exported.Text);
        Assert.Equal("permanent_failure", refused.Expect(HttpStatusCode.Conflict).Json.Text("code"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_report_keeps_what_its_diagnosis_needs_and_no_secret()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedElsewhereAsync("outside-1");

        var order = (await app.Client.PostAsync(Path, new
        {
            failureStatus = "picking_failed",
            reason = "Bearer abc.def-ghi was refused",
            workflowId = "their-1",
            exceptionType = "Wms.TokenExpired",
            stage = "pick",
            traceId = "4bf92f3577b34da6a3ce929d0e0e4736",
        })).Expect(HttpStatusCode.Created).Json;

        foreach (var failure in (System.Text.Json.JsonElement[])[order.At("failure"), order.At("attempts")[0].At("failure")])
        {
            Assert.Equal(
                ("Bearer [redacted] was refused", "Wms.TokenExpired", "pick", "4bf92f3577b34da6a3ce929d0e0e4736"),
                (failure.Text("reason"), failure.Text("exceptionType"), failure.Text("stage"), failure.Text("traceId")));
        }

        Assert.DoesNotContain("abc.def", string.Join('\n', await app.Store.ReadAllRowsAsync()), StringComparison.Ordinal);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task The_same_report_twice_even_at_once_is_one_failure()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedElsewhereAsync("outside-1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.Client.PostAsync(Path, Report("outside-workflow"))));

        Assert.All(answers, answer => Assert.True((int)answer.Status < 300, answer.Text));
        var timeline = await app.Store.ReadTimelineAsync("outside-1");
        Assert.Single(timeline, told => told.Kind == TimelineEventKind.Failed);

        // The order has moved on: the late report is still the one that is known.
        await app.Client.RunAsync();
        await app.Client.WaitForOrderAsync("outside-1", "completed");
        Assert.True((int)(await app.Client.PostAsync(Path, Report("outside-workflow"))).Status < 300);
        Assert.Equal("completed", await app.Client.GetOrderStatusAsync("outside-1"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_report_of_a_workflow_that_no_longer_owns_the_order_changes_nothing()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedElsewhereAsync("outside-1");
        await app.Client.PostAsync(Path, Report("outside-workflow"));
        var before = await app.Store.ReadAllRowsAsync();

        var refused = (await app.Client.PostAsync(Path, Report("another-workflow"))).Expect(HttpStatusCode.Conflict);

        Assert.Equal("application/problem+json", refused.ContentType);
        Assert.Equal(before, await app.Store.ReadAllRowsAsync());
    }

    [Fact]
    public async Task A_report_for_an_order_that_nobody_knows_is_a_404_and_stores_nothing()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var before = await app.Store.ReadAllRowsAsync();

        (await app.Client.PostAsync("/api/orders/nobody/failures", Report("w-1"))).Expect(HttpStatusCode.NotFound);

        Assert.Equal(before, await app.Store.ReadAllRowsAsync());
    }

    [Fact]
    public async Task A_permanent_failure_is_known_and_left_alone_unless_it_is_asked_for()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedElsewhereAsync("outside-1");

        await app.Client.PostAsync(Path, Report("outside-workflow", "address_invalid"));

        Assert.Equal(0, (await app.Client.RunAsync()).At("output").Number("foundCount"));
        Assert.Equal("address_invalid", await app.Client.GetOrderStatusAsync("outside-1"));
        await app.VerifyAsync();
    }
}
