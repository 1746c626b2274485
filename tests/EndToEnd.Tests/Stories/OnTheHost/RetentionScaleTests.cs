using System.Diagnostics;
using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Functions.Maintenance;
using Reprocessing.Storage.Maintenance;
using Reprocessing.Storage.Outcomes;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>A hub and tables that are full of what ended long ago, and in between what is alive.</summary>
public sealed class RetentionScaleTests(HostStorage storage, ITestOutputHelper output) : IClassFixture<HostStorage>
{
    private const int ItemsAPlan = 400;
    private const int Letters = 6;
    private const string Template = "template-order";
    private const string Gone = "gone";

    /// <summary>The longest that anything but runs and the audit log is kept is 90 days.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(100);

    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    private static readonly IReadOnlyList<string> Steps = [.. Retention.Kinds.Select(kind => $"retention-{kind}")];

    /// <summary>150 workflows and 3 plans; as many as <c>RETENTION_WORKFLOWS</c> and <c>RETENTION_PLANS</c> say, where these are set.</summary>
    [Fact]
    public async Task Retention_leaves_exactly_what_is_alive_although_the_app_is_killed_in_the_middle()
    {
        var (workflows, plans) = (Asked.Of("RETENTION_WORKFLOWS", 150), Asked.Of("RETENTION_PLANS", 3));
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        var aged = new AgedStorage(store, store.Now - LongAgo);
        await using var first = new AppProcess(store.Settings());
        await first.StartAsync();
        var paused = await LeaveAliveAsync(store, first.Client);
        await first.StopAsync();
        await aged.AddFailedAsync([.. Ids("kept", 5)], Template);
        await aged.AddPlansAsync(1, 20, "kept", LongAgo + TimeSpan.FromDays(1));
        // What the app would carry over later is not a change that retention has made.
        await new OutcomeProjection(store.Tables, TimeProvider.System, NullLogger<OutcomeProjection>.Instance).ProjectAsync(CancellationToken.None);
        var alive = await ReadAsync(store);

        var began = Stopwatch.GetTimestamp();
        var before = await SizeAsync(store);
        var filled = await aged.AddCompletedAsync([.. Ids(Gone, workflows)], Template);
        await aged.AddPlansAsync(plans, ItemsAPlan, Gone, TimeSpan.FromHours(1));
        filled += await SizeAsync(store) - before;
        Report(began, $"{workflows} workflows and {plans} plans are added: {filled}");

        await using var app = new AppProcess(store.Settings(("MaintenanceSchedule", "*/5 * * * * *"), ("MaintenanceInterval", "00:05:00")));
        began = Stopwatch.GetTimestamp();
        await app.StartAsync();
        await Eventually.TrueAsync(
            async () => await CountInstancesAsync(store) < workflows / 2, Limit, () => app.Log, TimeSpan.FromMilliseconds(workflows / 10));
        await app.KillAsync();
        var atDeath = await CountInstancesAsync(store);
        Report(began, $"killed, {atDeath} instances are left");
        await app.StartAsync();
        await WaitUntilThroughAsync(store, app);
        Report(began, "one day's retention is through");

        // A workflow's rows in the index wait for its instance to be gone, and so for the next day where that took several ticks.
        await BeginNextDayAsync(store);
        await WaitUntilThroughAsync(store, app);
        Report(began, "the next day's is through");
        var left = await ReadAsync(store);
        (await app.Client.ResumeAsync(paused)).Expect(HttpStatusCode.Accepted);
        var job = await app.Client.WaitForJobAsync(paused);
        await app.StopAsync();

        output.WriteLine(string.Join(Environment.NewLine, app.Log.Split(Environment.NewLine).Where(line => line.Contains("Retention:", StringComparison.Ordinal))));
        Assert.InRange(atDeath, 1, workflows - 1);
        Assert.True(
            alive.SequenceEqual(left),
            string.Join(Environment.NewLine, [.. alive.Except(left).Select(row => $"lost: {row}"), .. left.Except(alive).Select(row => $"more: {row}")]));
        Assert.Equal(("succeeded", Letters), (job.Text("state"), job.At("counts").Number("succeeded")));
        Assert.Equal(workflows + 1 + Letters, (await store.CountStatusesAsync())["completed"]);
    }

    /// <summary>A workflow that waits, one that has just ended, a plan that can be applied, and a job that is paused; all that there is, young.</summary>
    /// <returns>The job's id.</returns>
    private static async Task<string> LeaveAliveAsync(OrdersOnStorage store, AppClient client)
    {
        await store.SeedDeadLettersAsync(Letters);
        (await client.PostAsync("/api/orders", SampleOrders.Small(Template))).Expect(HttpStatusCode.Created);
        await client.WaitForOrderAsync(Template, "completed");
        var points = new LoyaltyPoints(client, 1);
        await points.EarnAsync(purchases: 1);
        await client.PlanRetryAsync(JobRequests.All);
        var jobId = await client.RetryAsync(JobRequests.All, new { waitForOutcome = true, pace = new { parallelism = 1, itemsPerSecond = 2 } });
        await client.WaitForJobAsync(jobId, job => job.Processed() >= 2);
        (await client.PauseAsync(jobId)).Expect(HttpStatusCode.Accepted);
        Assert.InRange((await client.WaitForRestAsync(jobId)).Processed(), 2, Letters - 1);
        return jobId;
    }

    /// <summary>What retention may touch, row by row; of an instance that has not ended its id alone, for it may go on.</summary>
    private static async Task<IReadOnlyList<string>> ReadAsync(OrdersOnStorage store)
    {
        var instances = await RowsAsync(store.Service.GetTableClient($"{store.HubName}Instances"));
        var history = await RowsAsync(store.Service.GetTableClient($"{store.HubName}History"));
        var ended = instances.Where(row => row.GetString("RuntimeStatus") is "Completed" or "Failed" or "Terminated").Select(row => row.PartitionKey).ToHashSet(StringComparer.Ordinal);
        List<string> messages = [];
        await foreach (var blob in new BlobContainerClient(store.ConnectionString, $"{store.HubName.ToLowerInvariant()}-largemessages").GetBlobsAsync())
        {
            messages.Add(blob.Name);
        }

        return
        [
            .. instances.Concat(history).Select(row => ended.Contains(row.PartitionKey) ? Text(row) : row.PartitionKey).Distinct(StringComparer.Ordinal),
            .. messages,
            .. (await RowsAsync(store.Tables.Workflows)).Concat(await RowsAsync(store.Tables.Jobs)).Select(Text),
        ];
    }

    /// <summary>Of the tables that the app fills itself.</summary>
    private static async Task<StoredSize> SizeAsync(OrdersOnStorage store) =>
        (await RowsAsync(store.Tables.Workflows)).Concat(await RowsAsync(store.Tables.Jobs)).Aggregate(StoredSize.None, (sum, row) => sum.And(row));

    private static async Task<int> CountInstancesAsync(OrdersOnStorage store) => (await RowsAsync(
        store.Service.GetTableClient($"{store.HubName}Instances"),
        $"PartitionKey ge 'order-fulfillment-{Gone}-' and PartitionKey lt 'order-fulfillment-{Gone}.'",
        ["PartitionKey"])).Count;

    private static Task WaitUntilThroughAsync(OrdersOnStorage store, AppProcess app) => Eventually.TrueAsync(
        async () =>
        {
            var steps = await new MaintenanceState(store.Tables).ReadAsync(CancellationToken.None);
            return Steps.All(step => steps.GetValueOrDefault(step) is { Position: null });
        },
        Limit,
        () => app.Log,
        TimeSpan.FromMilliseconds(200));

    private static async Task BeginNextDayAsync(OrdersOnStorage store)
    {
        foreach (var step in Steps)
        {
            await new MaintenanceState(store.Tables).RemoveAsync(step, CancellationToken.None);
        }
    }

    private static async Task<List<TableEntity>> RowsAsync(TableClient table, string? filter = null, IEnumerable<string>? columns = null)
    {
        List<TableEntity> rows = [];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: columns))
        {
            rows.Add(row);
        }

        return rows;
    }

    private static string Text(TableEntity row) => string.Join(
        ", ", row.Where(column => column.Key is not "Timestamp" and not "odata.etag").OrderBy(column => column.Key).Select(column => $"{column.Key}={column.Value}"));

    private static IEnumerable<string> Ids(string name, int count) => Enumerable.Range(0, count).Select(number => $"{name}-{number:D5}");

    private void Report(long began, string what) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds,7:F1} s  {what}"));
}
