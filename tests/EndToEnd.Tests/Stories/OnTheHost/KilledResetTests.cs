using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Stories.OnTheHost;

public sealed class KilledResetTests(HostStorage storage) : IClassFixture<HostStorage>
{
    private static readonly TimeSpan LongJob = TimeSpan.FromMinutes(30);

    /// <summary>60 of them; as many as <c>RESET_WORKFLOWS</c> says, where that is set.</summary>
    [Fact]
    public async Task A_reset_of_many_workflows_survives_kills_of_host_and_worker_and_each_is_reset_once()
    {
        var customers = Asked.Of("RESET_WORKFLOWS", 60);
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings(("ResetParallelism", "2")));
        await app.StartAsync();
        var points = new LoyaltyPoints(app.Client, customers);
        await points.EarnAsync(purchases: 2);
        await points.SpendAllByMistakeAsync();
        var plan = (await app.Client.PlanAsync(
            "reset",
            JobRequests.Filter("WorkflowType='LoyaltyProgram'"),
            new { type = "FirstWorkflowTask", reapply = new { exclude = new[] { "PointsSpent" } } })).Expect(HttpStatusCode.Created).Json;
        Assert.Equal(customers, plan.Number("count"));
        var jobId = (await app.Client.ApplyAsync(plan.Text("planId")!)).Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;

        await app.Client.WaitForJobAsync(jobId, job => job.At("counts").Number("succeeded") >= customers / 4, LongJob);
        await app.KillWorkerAsync();
        await app.WaitUntilReadyAsync();
        await app.Client.WaitForJobAsync(jobId, job => job.At("counts").Number("succeeded") >= customers / 2, LongJob);
        await app.KillAsync();
        await app.StartAsync();

        var ended = await app.Client.WaitForJobAsync(jobId, LongJob);
        Assert.Equal(("succeeded", customers), (ended.Text("state"), ended.At("counts").Number("succeeded")));
        await points.WaitForAllAsync(500);
        await points.ForAllAsync(async customer =>
        {
            // What a host had in hand when it was killed comes again later, perhaps after what was sent after it.
            Assert.Equal(["PointsEarned purchase-1", "PointsEarned purchase-2"], (await EventsAsync(app.Client, LoyaltyPoints.InstanceOf(customer))).Order());
            Assert.Equal(1, (await AuditAsync(app.Client, customer)).GetArrayLength());
        });
    }

    /// <summary>The events that the history has, in their order, each as often as it came.</summary>
    private static async Task<IReadOnlyList<string>> EventsAsync(AppClient client, string instanceId)
    {
        var history = (await client.GetInstanceAsync(instanceId, "?showHistory=true&showInput=true")).Json.At("historyEvents");
        return [.. history.EnumerateArray()
            .Where(told => told.Text("EventType") == "EventRaised")
            .Select(told => $"{told.Text("Name")} {JsonDocument.Parse(told.Text("Input")!).RootElement.Text("purchaseId")}")];
    }

    private static async Task<JsonElement> AuditAsync(AppClient client, string customer) =>
        (await client.GetAsync($"/api/audit-events?target={LoyaltyPoints.InstanceOf(customer)}")).Expect(HttpStatusCode.OK).Json.At("items");
}
