using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Reprocessing.Storage.Rows;

namespace EndToEnd.Tests.Stories;

/// <summary>A backend that is down costs few orders a further failure, and a job its life, not the queue its order.</summary>
public sealed class CircuitTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private const int Letters = 60;

    /// <summary>As many as are under way at once when the circuit opens, and the trials.</summary>
    private const int MostTouched = 11;

    [Fact]
    public async Task A_job_with_nothing_said_but_that_it_waits_stops_by_itself_when_the_warehouse_is_down_and_leaves_the_rest_as_it_was()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var warehouse = await FakeWarehouse.StartAsync((_, _) => 409);
        await using var app = await InProcessApp.StartAsync(storage, clock, ("WarehouseBaseUrl", warehouse.Address));
        await app.Store.SeedDeadLettersAsync(Letters);
        var before = await StoredRows.ReadAsync(app.Store);

        var jobId = await app.Client.RetryAsync(JobRequests.All, new { waitForOutcome = true });
        await Eventually.TrueAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return (await app.Client.GetJobAsync(jobId)).TryGetProperty("endedAt", out _);
            },
            seen: app.Log.Complaints);

        var job = await app.Client.GetJobAsync(jobId);
        Assert.Equal(("failed", "circuit_open"), (job.Text("state"), job.Text("stateReason")));
        var touched = (await app.Store.ReadAllOrdersAsync())
            .Where(order => order.Attempts.Any(attempt => attempt.RunId == jobId))
            .Select(order => order.OrderId)
            .ToHashSet();
        Assert.InRange(touched.Count, 5, MostTouched);
        Assert.Equal(touched.Order(), (await app.Client.ReadItemsAsync(jobId, "failed")).Select(item => item.Text("id")).Order());
        Assert.Equal(Letters - touched.Count, (await app.Client.ReadItemsAsync(jobId, "pending")).Count);
        Assert.Equal(Letters, (await app.Store.CountStatusesAsync())["dead_letter"]);
        await AssertUnchangedAsync(app, before, touched);
        await app.VerifyAsync();
    }

    /// <summary>Not one row of an order that the job did not come to is another than it was: its lease is gone as well.</summary>
    private static async Task AssertUnchangedAsync(InProcessApp app, StoredRows before, HashSet<string> touched)
    {
        var after = await StoredRows.ReadAsync(app.Store);
        foreach (var orderId in before.OrderIds.Where(orderId => !touched.Contains(orderId)))
        {
            Assert.Equal(Text(before, orderId), Text(after, orderId));
        }

        Assert.All(touched, orderId => Assert.NotEqual(Text(before, orderId), Text(after, orderId)));
        Assert.All(touched, orderId => Assert.Single(after.Of(orderId, RowKeys.DeadLetterIndex)));
    }

    private static List<string> Text(StoredRows rows, string orderId) =>
    [
        .. rows.Of(orderId)
            .Select(row => string.Join(", ", row.Where(column => column.Key is not ("odata.etag" or "Timestamp")).OrderBy(column => column.Key).Select(column => $"{column.Key}={column.Value}")))
            .Order(StringComparer.Ordinal),
    ];
}
