using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Domain.Notifications;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage.Notifications;
using Reprocessing.Storage.Workflows;

namespace EndToEnd.Tests.Stories;

public sealed class WebhookTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    // A run finishes what an earlier one could not start a second ago.
    private static readonly (string, string) Soon = ("ReprocessingInterruptedStartAge", "00:00:01");

    [Fact]
    public async Task An_order_of_an_outside_service_fails_is_restarted_by_webhook_and_succeeds()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget());
        using var sent = SampleOrders.Rich("outside-1");
        (await app.Client.PostAsync("/api/orders", sent)).Expect(HttpStatusCode.Created);
        var first = Assert.Single(receiver.Deliveries);
        await BeginAsync(app.Client, first);
        (await FailAsync(app.Client, first)).Expect(HttpStatusCode.Created);

        var run = (await app.Client.RunAsync()).At("output");
        var again = receiver.Deliveries[^1];
        Assert.Equal("pending_retry", await app.Client.GetOrderStatusAsync("outside-1"));
        var begun = await BeginAsync(app.Client, again);
        await BeginAsync(app.Client, again);
        Assert.Equal("in_progress", await app.Client.GetOrderStatusAsync("outside-1"));
        var completed = (await CompleteAsync(app.Client, again)).Expect(HttpStatusCode.OK);
        Assert.Equal(completed.Text, (await CompleteAsync(app.Client, again)).Expect(HttpStatusCode.OK).Text);

        Assert.Equal(1, run.Number("restartedCount"));
        Assert.Equal(["order.start", "order.restart"], receiver.Deliveries.Select(delivery => delivery.Type));
        Assert.Equal("order-fulfillment-outside-1-retry-1", again.Data.Text("workflowId"));
        Assert.Equal(1, again.Data.Number("attempt"));
        Assert.Equal(1, begun.Number("attempt"));
        SampleOrders.AssertCarries(sent.RootElement, again.Data.At("input"));
        Assert.Equal("completed", completed.Json.Text("status"));
        receiver.AssertGenuine();
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_new_order_that_is_not_taken_over_is_told_by_a_run_in_the_same_words()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(Soon));
        receiver.Respond = (_, earlier) => Task.FromResult<int?>(earlier == 0 ? 500 : 202);
        using var sent = SampleOrders.Rich("outside-1");
        (await app.Client.PostAsync("/api/orders", sent)).Expect(HttpStatusCode.Created);

        await RunUntilAsync(app.Client, () => receiver.Deliveries.Count > 1);

        Assert.All(receiver.Deliveries, delivery => Assert.Equal("order.start", delivery.Type));
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Id).Distinct());
        var decided = (await app.Store.ReadOrderAsync("outside-1")).CreatedAt;
        Assert.Equal(decided, receiver.Deliveries[0].Body.GetProperty("timestamp").GetDateTimeOffset());
        receiver.AssertGenuine();
        await CompleteAllAsync(app.Client, receiver);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_order_that_the_outside_service_has_in_hand_is_not_taken_for_lost()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(
            storage, receiver.AsRestartTarget(("MaintenanceSchedule", "* * * * * *"), ("WorkflowCheckAge", "00:00:00")));
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("outside-1"))).Expect(HttpStatusCode.Created);
        var first = Assert.Single(receiver.Deliveries);
        await BeginAsync(app.Client, first);

        // Workflows that are really gone show that the check has been there: with the second it is through with the tick of the first.
        var index = new WorkflowIndex(app.Store.Tables, TimeProvider.System, NullLogger<WorkflowIndex>.Instance);
        foreach (var gone in new[] { "gone-1", "gone-2" })
        {
            await index.RecordAsync([new(gone, "Gone", WorkflowStatus.Running, TimeProvider.System.GetUtcNow().AddMinutes(-1))], CancellationToken.None);
            await Eventually.TrueAsync(async () => (await index.GetAsync(gone, CancellationToken.None))?.Status == WorkflowStatus.Terminated);
        }

        Assert.Equal("in_progress", await app.Client.GetOrderStatusAsync("outside-1"));
        Assert.Single(receiver.Deliveries);
        (await CompleteAsync(app.Client, first)).Expect(HttpStatusCode.OK);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Reports_on_attempts_that_are_over_or_unknown_are_refused_and_change_nothing()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget());
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("outside-1"))).Expect(HttpStatusCode.Created);
        var first = Assert.Single(receiver.Deliveries);

        var early = await CompleteAsync(app.Client, first);
        await BeginAsync(app.Client, first);
        (await FailAsync(app.Client, first)).Expect(HttpStatusCode.Created);
        await app.Client.RunAsync();
        var late = await app.Client.PostAsync(PathOf(first, "begin"));
        var other = await app.Client.PostAsync("/api/orders/outside-1/attempts/somebody-elses/complete");
        var unknown = await app.Client.PostAsync("/api/orders/no-such/attempts/w/begin");
        var odd = await app.Client.PostAsync(PathOf(receiver.Deliveries[^1], "begin"), new { from = "the_middle" });

        Assert.Equal("not_begun", early.Expect(HttpStatusCode.Conflict).Json.Text("code"));
        Assert.Equal("superseded", late.Expect(HttpStatusCode.Conflict).Json.Text("code"));
        Assert.Equal("superseded", other.Expect(HttpStatusCode.Conflict).Json.Text("code"));
        Assert.Equal("not_found", unknown.Expect(HttpStatusCode.NotFound).Json.Text("code"));
        Assert.Equal("invalid_body", odd.Expect(HttpStatusCode.BadRequest).Json.Text("code"));
        Assert.Equal("pending_retry", await app.Client.GetOrderStatusAsync("outside-1"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_order_that_came_in_as_another_systems_is_begun_under_that_ones_workflow_id_and_completed()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedExternalAsync("elsewhere-1");

        var begun = (await app.Client.PostAsync("/api/orders/elsewhere-1/attempts/their-7/begin")).Expect(HttpStatusCode.OK).Json;
        (await app.Client.PostAsync("/api/orders/elsewhere-1/attempts/their-7/begin")).Expect(HttpStatusCode.OK);
        (await app.Client.PostAsync("/api/orders/elsewhere-1/attempts/their-8/begin")).Expect(HttpStatusCode.Conflict);
        (await app.Client.PostAsync("/api/orders/elsewhere-1/attempts/their-7/complete")).Expect(HttpStatusCode.OK);

        Assert.Equal(("their-7", 0), (begun.Text("workflowId"), begun.Number("attempt")));
        var attempt = Assert.Single((await app.Store.ReadOrderAsync("elsewhere-1")).Attempts);
        Assert.Equal("their-7", attempt.WorkflowId);
        Assert.NotNull(attempt.EndedAt);
        Assert.Equal("completed", await app.Client.GetOrderStatusAsync("elsewhere-1"));
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_restart_that_the_receiver_accepts_and_never_reports_is_told_less_often_fails_as_an_attempt_and_ends_as_a_dead_letter()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(
            Soon, ("RestartAcknowledgeTimeout", "00:00:10"), ("ReprocessingMaxRetries", "1"), ("RetryStrategy", "immediate")));
        await app.Store.SeedFailedAsync("order-1");

        await app.Client.RunAsync();
        await RunUntilAsync(app.Client, () => receiver.Deliveries.Count > 1);
        var told = receiver.Deliveries.Count;
        await app.Client.RunAsync();
        Assert.Equal(told, receiver.Deliveries.Count);
        await Eventually.TrueAsync(async () =>
        {
            await app.Client.RunAsync();
            return await app.Client.GetOrderStatusAsync("order-1") == "dead_letter";
        });

        var letter = (await app.Client.GetAsync("/api/dead-letters/order-1")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("not_acknowledged", "timeout", 1), (letter.Text("finalFailureStatus"), letter.Text("errorType"), letter.Number("totalRetryAttempts")));
        Assert.Contains("00:00:10", letter.Text("finalFailureReason"), StringComparison.Ordinal);
        Assert.Equal("not_acknowledged", letter.At("retryHistory")[1].At("failure").Text("status"));
        Assert.InRange(receiver.Deliveries.Count, 2, 5);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_order_that_waits_for_an_outside_service_can_be_reset_or_moved_to_the_queue_and_retried()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget());
        await app.Store.SeedFailedAsync("order-1");
        await app.Client.RunAsync();
        Assert.Equal("pending_retry", await app.Client.GetOrderStatusAsync("order-1"));

        var plan = (await app.Client.PlanAsync("reset", new { ids = new[] { "order-fulfillment-order-1-retry-1" } }, new { type = "FirstWorkflowTask" })).Expect(HttpStatusCode.Created);
        var job = await app.Client.WaitForJobAsync((await app.Client.ApplyAsync(plan.Json.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!);
        Assert.Equal(1, job.At("counts").Number("started"));
        Assert.Equal("order-fulfillment-order-1-g1", receiver.Deliveries[^1].Data.Text("workflowId"));

        var letter = (await app.Client.PostAsync("/api/orders/order-1/dead-letter", new { reason = "It hangs.", requestedBy = "ann" })).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("not_acknowledged", letter.Text("finalFailureStatus"));
        Assert.Equal("ended", (await app.Client.PostAsync(PathOf(receiver.Deliveries[^1], "begin"))).Expect(HttpStatusCode.Conflict).Json.Text("code"));
        (await app.Client.ResolveAsync("order-1", "manual_retry")).Expect(HttpStatusCode.OK);

        Assert.Equal("order-fulfillment-order-1-g2", receiver.Deliveries[^1].Data.Text("workflowId"));
        await BeginAsync(app.Client, receiver.Deliveries[^1]);
        (await CompleteAsync(app.Client, receiver.Deliveries[^1])).Expect(HttpStatusCode.OK);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_order_that_the_outside_service_has_begun_and_forgotten_fails_when_its_silence_is_too_long()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(
            ("MaintenanceSchedule", "* * * * * *"), ("WorkflowCheckAge", "00:00:00"), ("RestartSilenceTimeout", "00:00:02")));
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("outside-1"))).Expect(HttpStatusCode.Created);
        await BeginAsync(app.Client, Assert.Single(receiver.Deliveries));

        await app.Client.WaitForOrderAsync("outside-1", "not_acknowledged");

        Assert.Equal("The workflow was silent for 00:00:02.", (await app.Store.ReadOrderAsync("outside-1")).Failure!.Reason);
        await app.VerifyAsync();
    }

    [Theory]
    [InlineData(500, 3)]
    [InlineData(400, 1)]
    [InlineData(301, 1)]
    public async Task A_restart_that_is_not_accepted_stays_pending_and_the_next_run_delivers_it_under_the_same_id(int status, int tries)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(Soon));
        await app.Store.SeedFailedAsync("order-1");
        receiver.Respond = (_, _) => Task.FromResult<int?>(status);

        await app.Client.RunAsync();
        Assert.Equal(tries, receiver.Deliveries.Count);
        receiver.Respond = (_, _) => Task.FromResult<int?>(202);
        await RunUntilAsync(app.Client, () => receiver.Deliveries.Count > tries);
        await CompleteAllAsync(app.Client, receiver);

        Assert.Equal(tries + 1, receiver.Deliveries.Count);
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Id).Distinct());
        Assert.Equal([0, 1], (await app.Store.ReadOrderAsync("order-1")).Attempts.Select(attempt => attempt.Number));
        Assert.Equal("completed", await app.Client.GetOrderStatusAsync("order-1"));
        receiver.AssertGenuine();
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_job_whose_starts_are_not_accepted_has_failed_items_and_ticks_of_a_disabled_schedule_make_the_starts_later()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(
            Soon, ("RestartWebhookAttempts", "1"), ("ReprocessingEnabled", "false"), ("ReprocessingSchedule", "* * * * * *")));
        var ids = await app.Store.SeedDeadLettersAsync(2);
        var status = 500;
        var accepted = new ConcurrentDictionary<string, Delivery>();
        receiver.Respond = (delivery, _) =>
        {
            if (Volatile.Read(ref status) == 202)
            {
                accepted[delivery.Id] = delivery;
            }

            return Task.FromResult<int?>(Volatile.Read(ref status));
        };

        var job = await app.Client.WaitForJobAsync(await app.Client.RetryAsync(new { ids }));
        var items = (await app.Client.GetAsync($"/api/jobs/{job.Text("jobId")}/items?state=failed")).Expect(HttpStatusCode.OK).Json.At("items");
        var told = (await app.Client.GetAsync($"/api/audit-events?target={ids[0]}")).Expect(HttpStatusCode.OK).Json.At("items");

        Assert.Equal(("completed_with_failures", 2), (job.Text("state"), job.At("counts").Number("failed")));
        Assert.All(items.EnumerateArray(), (JsonElement item) => Assert.Equal("not_started", item.Text("reason")));
        Assert.Equal("dead_letter.retried", Assert.Single(told.EnumerateArray()).Text("action"));
        Assert.Equal("pending_retry", await app.Client.GetOrderStatusAsync(ids[0]));

        Volatile.Write(ref status, 202);
        await Eventually.TrueAsync(() => Task.FromResult(accepted.Count == ids.Count));
        foreach (var delivery in accepted.Values)
        {
            await BeginAsync(app.Client, delivery);
            (await CompleteAsync(app.Client, delivery)).Expect(HttpStatusCode.OK);
        }

        Assert.Equal(ids.Count, DistinctIds(receiver));
        receiver.AssertGenuine();
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_receiver_that_is_silent_or_breaks_off_is_tried_again_within_the_run()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(("RestartWebhookTimeout", "00:00:05")));
        await app.Store.SeedFailedAsync("order-1");
        var isTriedAgain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Respond = async (_, earlier) =>
        {
            if (earlier == 0)
            {
                // Longer than the sender waits, and not for ever: the server has to stop some time.
                await isTriedAgain.Task;
            }

            isTriedAgain.TrySetResult();
            return earlier == 1 ? null : 200;
        };

        await app.Client.RunAsync();

        Assert.Equal(3, receiver.Deliveries.Count);
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Id).Distinct());
        await CompleteAllAsync(app.Client, receiver);
        receiver.AssertGenuine();
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_left_alone_until_the_app_starts_again_and_health_says_so()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Respond = (_, _) => Task.FromResult<int?>(410);
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsRestartTarget(Soon));
        await app.Store.SeedFailedAsync("order-1");
        await RunUntilAsync(app.Client, () => app.Log.Count(entry => entry.Message.Contains("could not be started", StringComparison.Ordinal)) >= 2);

        Assert.Single(receiver.Deliveries);
        var health = (await app.Client.GetAsync("/api/health")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("degraded", "closed"), (health.Text("status"), health.At("webhooks").Text("restarts")));
        Assert.DoesNotContain(app.Log.Entries, entry => entry.Message.Contains(receiver.Address, StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.Entries, entry => entry.Message.Contains(receiver.Secret[10..], StringComparison.Ordinal));

        receiver.Respond = (_, _) => Task.FromResult<int?>(200);
        await using var next = await app.RestartAsync(receiver.AsRestartTarget(Soon));
        await RunUntilAsync(next.Client, () => receiver.Deliveries.Count > 1);

        Assert.Equal(2, receiver.Deliveries.Count);
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Id).Distinct());
        await next.VerifyAsync();
    }

    [Fact]
    public async Task A_notification_that_was_stored_by_a_host_that_died_is_told_once_by_the_next_one()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var store = await OrdersOnStorage.OpenAsync(storage);
        var pending = new PendingNotifications(store.Tables, NullLogger<PendingNotifications>.Instance);
        var escalated = Notification.Escalated(SampleOrders.ResolvedDeadLetter("order.1", "operator-7"));
        await pending.AddAsync(escalated, CancellationToken.None);

        await using var app = await InProcessApp.StartAsync(
            store, TimeProvider.System, receiver.AsNotificationTarget(("MaintenanceSchedule", "* * * * * *")));
        await app.Client.WaitForStatusAsync(escalated.Id, "Completed");
        await Eventually.TrueAsync(() => IsEmptyAsync(pending));
        // As the same host might have left it behind that died only after it had started the orchestration.
        await pending.AddAsync(escalated, CancellationToken.None);
        await Eventually.TrueAsync(() => IsEmptyAsync(pending));

        var told = Assert.Single(receiver.Deliveries);
        Assert.Equal((escalated.Id, "dead_letter.escalated"), (told.Id, told.Type));
        Assert.Equal(("order.1", "operator-7"), (told.Data.Text("orderId"), told.Data.Text("resolvedBy")));
        receiver.AssertGenuine();
        await app.VerifyAsync();
    }

    [Fact]
    public async Task Escalated_dead_letters_are_told_of_once_each_alone_or_by_a_job()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(storage, receiver.AsNotificationTarget());
        var ids = await app.Store.SeedDeadLettersAsync(4);
        (await app.Client.ResolveAsync(ids[0], "escalated")).Expect(HttpStatusCode.OK);
        (await app.Client.ResolveAsync(ids[1], "cancelled")).Expect(HttpStatusCode.OK);

        var plan = (await app.Client.PlanAsync("resolve", new { ids = ids.Skip(2) }, new { resolution = "escalated" })).Expect(HttpStatusCode.Created);
        var started = (await app.Client.ApplyAsync(plan.Json.Text("planId")!)).Expect(HttpStatusCode.Accepted);
        var job = await app.Client.WaitForJobAsync(started.Json.Text("jobId")!);
        await receiver.WaitForAsync(3);
        await app.Client.ResolveAsync(ids[0], "escalated");

        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal(
            new[] { ids[0], ids[2], ids[3] }.Order(StringComparer.Ordinal),
            receiver.Deliveries.Select(delivery => delivery.Data.Text("orderId")).Order(StringComparer.Ordinal));
        Assert.All(receiver.Deliveries, delivery => Assert.Equal("dead_letter.escalated", delivery.Type));
        receiver.AssertGenuine();
        await app.VerifyAsync();
    }

    [Fact]
    public async Task A_run_is_not_held_up_by_a_receiver_of_notifications_that_refuses_them()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var app = await InProcessApp.StartAsync(
            storage, receiver.AsNotificationTarget(("AlertDeadLettersPerRun", "0"), ("ReprocessingMaxRetries", "0")));
        await app.Store.SeedFailedAsync(2);
        receiver.Respond = (_, _) => Task.FromResult<int?>(400);

        var run = await app.Client.RunAsync();
        var delivery = (await receiver.WaitForAsync(1))[0];
        await app.Client.WaitForStatusAsync(delivery.Id, "Failed");

        Assert.Equal("Completed", run.Status());
        Assert.Single(receiver.Deliveries);
        await app.VerifyAsync();
    }

    /// <summary>Run after run, as the schedule would have it.</summary>
    private static Task RunUntilAsync(AppClient client, Func<bool> condition) => Eventually.TrueAsync(async () =>
    {
        await client.RunAsync();
        return condition();
    });

    private static int DistinctIds(WebhookReceiver receiver) => receiver.Deliveries.Select(delivery => delivery.Id).Distinct().Count();

    private static string PathOf(Delivery delivery, string report) =>
        $"/api/orders/{Uri.EscapeDataString(delivery.Data.Text("orderId")!)}/attempts/{Uri.EscapeDataString(delivery.Data.Text("workflowId")!)}/{report}";

    private static async Task<JsonElement> BeginAsync(AppClient client, Delivery delivery) =>
        (await client.PostAsync(PathOf(delivery, "begin"))).Expect(HttpStatusCode.OK).Json;

    private static Task<ApiResponse> CompleteAsync(AppClient client, Delivery delivery) => client.PostAsync(PathOf(delivery, "complete"));

    private static Task<ApiResponse> FailAsync(AppClient client, Delivery delivery) => client.PostAsync(
        $"/api/orders/{delivery.Data.Text("orderId")}/failures",
        new { failureStatus = "picking_failed", workflowId = delivery.Data.Text("workflowId"), reason = "The shelf was empty." });

    /// <summary>The outside service does all that it was told of, and tells so.</summary>
    private static async Task CompleteAllAsync(AppClient client, WebhookReceiver receiver)
    {
        foreach (var delivery in receiver.Deliveries.DistinctBy(delivery => delivery.Id))
        {
            await BeginAsync(client, delivery);
            (await CompleteAsync(client, delivery)).Expect(HttpStatusCode.OK);
        }
    }

    private static async Task<bool> IsEmptyAsync(PendingNotifications pending)
    {
        await foreach (var _ in pending.ListAsync(CancellationToken.None))
        {
            return false;
        }

        return true;
    }
}
