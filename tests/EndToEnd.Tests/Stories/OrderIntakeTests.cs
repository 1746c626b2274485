using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed class OrderIntakeTests(Hosts.Storage storage)
{
    /// <summary>Everything that an id may be, and pairs that must not be taken for one another; those of another case are told by OddIdTests.</summary>
    private static readonly string[] OddIds =
    [
        "A", "A-retry-1", "A-g1", "a|b", "a|", "a%20b", "100%", "o'brien", "a b", "a+b", "a=b&c=d", "a:b;c,d", "(1)", "[x]{y}", "~^`!",
        "\"quoted\"", "<tag>", "@at", "$5", "ünïcödé-訂單", "moon-🌙", "...", "-", new string('x', 256), new string('x', 255) + "y", new string('é', 256),
    ];

    [Fact]
    public async Task Orders_of_whatever_id_fail_are_restarted_and_complete()
    {
        await using var app = await InProcessApp.StartAsync(
            storage, ("WarehouseSimulatedPickFailureRate", "1"), ("ReprocessingMaxRetries", "1"));
        foreach (var id in OddIds)
        {
            var created = (await app.Client.PostAsync("/api/orders", SampleOrders.Small(id))).Expect(HttpStatusCode.Created);
            Assert.Equal(id, (await app.Client.GetAsync(created.Location!.ToString())).Expect(HttpStatusCode.OK).Json.Text("orderId"));
        }

        await app.Store.WaitUntilAllAsync("picking_failed");
        Assert.Equal(OddIds.Length, (await app.Client.RunAsync()).At("output").Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("picking_failed");
        Assert.Equal(OddIds.Length, (await app.Client.RunAsync()).At("output").Number("dlqCount"));

        foreach (var id in OddIds)
        {
            var path = Uri.EscapeDataString(id);
            Assert.Equal(id, (await app.Client.GetAsync($"/api/dead-letters/{path}")).Expect(HttpStatusCode.OK).Json.Text("orderId"));
            var timeline = (await app.Client.GetAsync($"/api/orders/{path}/timeline")).Expect(HttpStatusCode.OK).Json.At("items");
            Assert.Equal("dead_lettered", timeline.EnumerateArray().Last().Text("kind"));
            foreach (var attempt in (await app.Store.ReadOrderAsync(id)).Attempts)
            {
                (await app.Client.GetInstanceAsync(attempt.WorkflowId)).Expect(HttpStatusCode.OK);
            }
        }

        await app.VerifyAsync();
    }

    [Fact]
    public async Task The_same_order_many_times_at_once_is_one_order_with_one_workflow()
    {
        await using var app = await InProcessApp.StartAsync(storage);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Client.PostAsync("/api/orders", SampleOrders.Small("twin-1"))));
        var other = await app.Client.PostAsync("/api/orders", new { orderId = "twin-1", customerId = "another", items = new[] { new { sku = "B", quantity = 1, weight = 1 } } });

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(19, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        other.Expect(HttpStatusCode.Conflict);
        await app.Client.WaitForOrderAsync("twin-1", "completed");
        Assert.Single(await app.Store.ReadTimelineAsync("twin-1"), told => told.Kind == TimelineEventKind.Started);
        await app.VerifyAsync();
    }

    [Fact]
    public async Task An_order_that_no_row_can_hold_is_refused_and_the_largest_that_one_can_is_fulfilled()
    {
        await using var app = await InProcessApp.StartAsync(storage, ("WarehouseSimulatedFailures", "large:pick:1"));
        using var tooLarge = SampleOrders.Large("too-large", "12345678", characters: 410_000);
        using var large = SampleOrders.Large("large-1", "12345678", characters: 409_000);
        using var foreign = SampleOrders.Large("large-2", "訂單🌙\"é", characters: 110_000);

        var refused = (await app.Client.PostAsync("/api/orders", tooLarge)).Expect(HttpStatusCode.BadRequest);
        Assert.Equal("application/problem+json", refused.ContentType);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetOrderAsync("too-large")).Status);

        (await app.Client.PostAsync("/api/orders", large)).Expect(HttpStatusCode.Created);
        (await app.Client.PostAsync("/api/orders", foreign)).Expect(HttpStatusCode.Created);
        await app.Store.WaitUntilAllAsync("picking_failed");
        Assert.Equal(2, (await app.Client.RunAsync()).At("output").Number("restartedCount"));
        await app.Store.WaitUntilAllAsync("completed");
        await app.VerifyAsync();
    }
}
