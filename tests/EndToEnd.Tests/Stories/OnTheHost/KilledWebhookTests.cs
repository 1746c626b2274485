using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>What others are told by webhook keeps its id through the death of the host that was telling it.</summary>
public sealed class KilledWebhookTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(15);

    // A run finishes what an earlier one could not start a second ago.
    private static readonly (string, string) Soon = ("ReprocessingInterruptedStartAge", "00:00:01");

    [Fact]
    public async Task Restarts_are_told_under_one_id_an_attempt_however_often_the_app_is_killed()
    {
        const int Orders = 60;
        await using var receiver = await WebhookReceiver.StartAsync();
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(Orders);
        await using var app = new AppProcess(store.Settings(receiver.AsRestartTarget(
            Soon, ("ReprocessingParallelism", "1"), ("ReprocessingChunkSize", "10"), ("ReprocessingStartParallelism", "4"))));
        await app.StartAsync();
        // Each is under way for a while, so that a kill finds some that were posted and not answered.
        receiver.Respond = async (_, _) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(30));
            return 202;
        };
        (await app.Client.StartRunAsync(Orders)).Expect(HttpStatusCode.Accepted);

        foreach (var moment in new[] { 8, 30 })
        {
            await Eventually.TrueAsync(() => Task.FromResult(DistinctIds(receiver) >= moment), LongRun, () => app.Log);
            await app.KillAsync();
            await app.StartAsync();
        }

        var run = await app.Client.WaitForBatchAsync(LongRun);
        await app.Client.RunAsync();

        Assert.Equal(Orders, run.At("output").Number("restartedCount"));
        Assert.Equal(Orders, DistinctIds(receiver));
        Assert.All(
            receiver.Deliveries.GroupBy(delivery => delivery.Data.Text("workflowId")),
            attempt => Assert.Single(attempt.Select(delivery => delivery.Id).Distinct()));
        receiver.AssertGenuine();
        await CompleteAllAsync(app.Client, receiver);
        await store.WaitUntilAllAsync("completed", LongRun);
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    [Fact]
    public async Task An_alert_arrives_under_one_id_however_often_the_app_is_killed_before_it_is_accepted()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(3);
        await using var app = new AppProcess(store.Settings(receiver.AsNotificationTarget(
            ("AlertDeadLettersPerRun", "0"), ("ReprocessingMaxRetries", "0"), ("NotificationWebhookAttempts", "50"), ("NotificationWebhookRetryDelay", "00:00:00.100"))));
        await app.StartAsync();
        var isAway = true;
        receiver.Respond = async (_, _) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
            return isAway ? 500 : 204;
        };
        var run = (await app.Client.RunAsync()).At("output");
        for (var kill = 1; kill <= 2; kill++)
        {
            await receiver.WaitForAsync(receiver.Deliveries.Count + 1);
            await app.KillAsync();
            await app.StartAsync();
        }

        isAway = false;
        var id = receiver.Deliveries[0].Id;
        await app.Client.WaitForStatusAsync(id, "Completed");

        Assert.Equal(3, run.Number("dlqCount"));
        Assert.All(receiver.Deliveries, delivery => Assert.Equal((id, "alert.raised"), (delivery.Id, delivery.Type)));
        var told = receiver.Deliveries[^1];
        Assert.Equal(("dead_letters", 3), (told.Data.Text("kind"), told.Data.Number("value")));
        receiver.AssertGenuine();
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }

    private static int DistinctIds(WebhookReceiver receiver) => receiver.Deliveries.Select(delivery => delivery.Id).Distinct().Count();

    private static string PathOf(Delivery delivery, string report) =>
        $"/api/orders/{Uri.EscapeDataString(delivery.Data.Text("orderId")!)}/attempts/{Uri.EscapeDataString(delivery.Data.Text("workflowId")!)}/{report}";

    private static async Task<JsonElement> BeginAsync(AppClient client, Delivery delivery) =>
        (await client.PostAsync(PathOf(delivery, "begin"))).Expect(HttpStatusCode.OK).Json;

    private static Task<ApiResponse> CompleteAsync(AppClient client, Delivery delivery) => client.PostAsync(PathOf(delivery, "complete"));

    /// <summary>The outside service does all that it was told of, and tells so.</summary>
    private static async Task CompleteAllAsync(AppClient client, WebhookReceiver receiver)
    {
        foreach (var delivery in receiver.Deliveries.DistinctBy(delivery => delivery.Id))
        {
            await BeginAsync(client, delivery);
            (await CompleteAsync(client, delivery)).Expect(HttpStatusCode.OK);
        }
    }
}
