using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

/// <summary>What a filter may take: of an item, of a request, and of the app while others ask for something too.</summary>
public sealed class FilterCostTests(Hosts.Storage storage) : IClassFixture<Hosts.Storage>
{
    private const int LargeOrders = 20;

    [Fact]
    public async Task A_filter_that_looks_at_too_much_is_stopped_with_the_reason_and_the_app_goes_on()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var large = Enumerable.Range(0, 18_000).Select(_ => new[] { 1, 1, 1, 1, 1, 1, 1, 1 }).ToArray();
        await app.Store.SeedDeadLettersAsync(LargeOrders, change: letter => letter with { Payload = new { a = large, tier = "gold" } });
        var costly = string.Join(" OR ", Enumerable.Range(0, 40).Select(number => $"$..a[*][*] = {number + 2}"));
        var began = TimeProvider.System.GetTimestamp();

        var plans = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.Client.PlanAsync("retry", JobRequests.Filter(costly))));
        var list = await app.Client.PostAsync("/api/dead-letters/query", new { filter = costly });
        var export = await app.Client.PostAsync("/api/exports/dead-letters/query", new { filter = costly });

        // Four look at once. Where the machine is slow, some of the others are told to come again.
        Assert.All(
            [list, export, .. plans.Where(answer => answer.Status != HttpStatusCode.TooManyRequests)],
            answer => answer.ExpectProblem(HttpStatusCode.BadRequest, "filter_too_costly"));
        Assert.InRange(plans.Count(answer => answer.Status == HttpStatusCode.TooManyRequests), 0, 4);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1));
        var plan = (await app.Client.PlanAsync("retry", JobRequests.Filter("$.tier = 'gold' AND $.a[7][7] = 1"))).Expect(HttpStatusCode.Created);
        Assert.Equal(LargeOrders, plan.Json.Number("count"));
    }

    [Fact]
    public async Task Only_so_many_requests_look_into_orders_at_once_and_the_next_one_is_told_to_come_again()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock);
        await app.Store.SeedDeadLettersAsync(1, change: letter => letter with { Payload = new { tier = "gold" } });
        var address = $"/api/dead-letters?filter={Uri.EscapeDataString("$.tier = 'gold'")}";
        // The order's own row, which holds its input.
        using var hold = app.Tap.HoldBack(request => request.Uri.ToString().Contains("RowKey=", StringComparison.Ordinal));

        List<Task<ApiResponse>> asked = [.. Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync(address))];
        var first = await Eventually.GetAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            return asked.Find(one => one.IsCompleted) is { } done ? await done : null;
        });
        hold.Release();

        first.ExpectProblem(HttpStatusCode.TooManyRequests, "filters_busy");
        var all = await Task.WhenAll(asked);
        Assert.Equal(4, all.Count(answer => answer.Status == HttpStatusCode.OK));
        (await app.Client.GetAsync(address)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_filter_as_long_as_the_grammar_allows_is_reached_by_a_body()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedDeadLettersAsync(3);
        const string Head = "orderId STARTSWITH 'dead-' AND NOT customerId = '";
        var filter = $"{Head}{new string('ж', 4_000 - Head.Length - 1)}'";

        var list = (await app.Client.PostAsync("/api/dead-letters/query?pageSize=2", new { filter, resolution = "any" })).Expect(HttpStatusCode.OK);
        var file = (await app.Client.PostAsync("/api/exports/dead-letters/query", new { filter, format = "csv" })).Expect(HttpStatusCode.OK);
        var workflows = await app.Client.PostAsync("/api/workflows/query", new { query = $"CustomerId = '{new string('ж', 3_900)}'" });
        var tooLong = await app.Client.PostAsync("/api/dead-letters/query", new { filter = filter + " " });

        Assert.Equal(2, list.Json.At("items").GetArrayLength());
        Assert.Equal(4, file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Empty(workflows.Expect(HttpStatusCode.OK).Json.At("items").EnumerateArray());
        tooLong.ExpectProblem(HttpStatusCode.BadRequest, "invalid_body");
        (await app.Client.PostAsync("/api/dead-letters/query", new { filter = " " })).ExpectProblem(HttpStatusCode.BadRequest, "invalid_body");
        (await app.Client.PostAsync("/api/dead-letters/query", new { resolution = "any" })).ExpectProblem(HttpStatusCode.BadRequest, "invalid_body");
        (await app.Client.PostAsync("/api/dead-letters/query", new { filter = "orderId =" })).ExpectProblem(HttpStatusCode.BadRequest, "invalid_filter");
    }
}
