using System.Net;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Hosts;

namespace EndToEnd.Tests.Stories;

[Collection(Hosts.Storage.Name)]
public sealed partial class BadInputTests(Hosts.Storage storage)
{
    private const string Order = """{"orderId":"o-1","customerId":"c-1","items":[{"sku":"A","quantity":1,"weight":1}]}""";
    private const string Failure = """{"failureStatus":"picking_failed","workflowId":"w-1"}""";

    /// <summary>Path, body, the JSON pointer that the answer must name.</summary>
    private static readonly (string Path, string Body, string Pointer)[] Bodies =
    [
        ("/api/orders", "", "#"),
        ("/api/orders", "{", "#"),
        ("/api/orders", "[]", "#"),
        ("/api/orders", "null", "#"),
        ("/api/orders", Order + "x", "#"),
        ("/api/orders", Order.Replace("\"o-1\"", "7"), "#/orderId"),
        ("/api/orders", Order.Replace("\"o-1\"", "null"), "#/orderId"),
        ("/api/orders", Order.Replace("\"orderId\":\"o-1\",", ""), "#/orderId"),
        ("/api/orders", Order.Replace("orderId", "OrderId"), "#/OrderId"),
        ("/api/orders", Order.Replace("o-1", ""), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", "a/b"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", @"a\\b"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", "a#b"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", "a?b"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", @"a\u0007b"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", @"a\u0085b"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", @"a\ud800b"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", " a"), "#/orderId"),
        ("/api/orders", Order.Replace("o-1", new string('a', 257)), "#/orderId"),
        ("/api/orders", Order.Replace("c-1", "c/1"), "#/customerId"),
        ("/api/orders", Order.Replace("{\"orderId\"", "{\"surprise\":1,\"orderId\""), "#/surprise"),
        ("/api/orders", Order.Replace("{\"orderId\"", "{\"orderId\":\"twice\",\"orderId\""), "#/orderId"),
        ("/api/orders", Order.Replace("{\"sku\"", "{\"colour\":\"red\",\"sku\""), "#/items/0/colour"),
        ("/api/orders", Order.Replace("\"quantity\":1", "\"quantity\":\"1\""), "#/items/0/quantity"),
        ("/api/orders", Order.Replace("\"quantity\":1", "\"quantity\":1.5"), "#/items/0/quantity"),
        ("/api/orders", Order.Replace("\"quantity\":1", "\"quantity\":0"), "#/items/0/quantity"),
        ("/api/orders", Order.Replace("\"weight\":1", "\"weight\":-1"), "#/items/0/weight"),
        ("/api/orders", Order.Replace("[{", "{").Replace("}]", "}"), "#/items"),
        ("/api/orders", Order.Replace("}]", "},null]"), "#/items/1/sku"),
        ("/api/orders", Order.Replace("}]}", "}],\"priority\":\"sometime\"}"), "#/priority"),
        ("/api/orders", Order.Replace("}]}", "}],\"priority\":1}"), "#/priority"),
        ("/api/orders", Order.Replace("}]}", "}],\"promisedDeliveryAt\":\"tomorrow\"}"), "#/promisedDeliveryAt"),
        ("/api/orders/known/failures", "{", "#"),
        ("/api/orders/known/failures", Failure.Replace("picking_failed", "tired"), "#/failureStatus"),
        ("/api/orders/known/failures", Failure.Replace("\"picking_failed\"", "3"), "#/failureStatus"),
        ("/api/orders/known/failures", Failure.Replace("w-1", "w#1"), "#/workflowId"),
        ("/api/orders/known/failures", Failure.Replace(",\"workflowId\":\"w-1\"", ""), "#/workflowId"),
        ("/api/orders/known/failures", Failure.Replace("{", "{\"orderId\":\"another\","), "#/orderId"),
        ("/api/orders/known/failures", Failure.Replace("{", "{\"errorType\":\"bad luck\","), "#/errorType"),
        ("/api/orders/known/failures", Failure.Replace("{", "{\"failedAt\":12,"), "#/failedAt"),
        ("/api/orders/known/failures", Failure.Replace("{", "{\"failedAt\":\"0001-01-01T00:00:00Z\","), "#/failedAt"),
        ("/api/orders/known/failures", Failure.Replace("{", "{\"failedAt\":\"9999-01-01T00:00:00Z\","), "#/failedAt"),
        ("/api/orders/known/failures", Failure.Replace("{", "{\"severity\":12,"), "#/severity"),
        ("/api/reprocessing/runs", "{\"maxOrders\":-1}", "#/maxOrders"),
        ("/api/reprocessing/runs", "{\"maxOrders\":\"10\"}", "#/maxOrders"),
        ("/api/reprocessing/runs", "{\"maxOrders\":1.5}", "#/maxOrders"),
        ("/api/reprocessing/runs", "{\"maxOrders\":100000000}", "#/maxOrders"),
        ("/api/reprocessing/runs", "{\"maxOrders\":99999999999999}", "#/maxOrders"),
        ("/api/reprocessing/runs", "{\"most\":1}", "#/most"),
        ("/api/reprocessing/runs", "10", "#"),
        ("/api/reprocessing/runs", "{", "#"),
    ];

    /// <summary>A path whose id or parameter is at fault, and its name.</summary>
    private static readonly (string Path, string Pointer)[] Paths =
    [
        ($"/api/orders/{new string('a', 257)}", "#/orderId"),
        ("/api/orders/a%23b", "#/orderId"),
        ("/api/orders/a%3Fb", "#/orderId"),
        ("/api/orders/a%5Cb", "#/orderId"),
        ("/api/orders/a%07b", "#/orderId"),
        ("/api/orders/a%2Fb", "#/orderId"),
        ("/api/orders/a%23b/timeline", "#/orderId"),
        ("/api/orders/known/timeline?pageSize=0", "#/pageSize"),
        ("/api/orders/known/timeline?pageSize=many", "#/pageSize"),
        ("/api/orders/known/timeline?pageToken=%21%21", "#/pageToken"),
        ("/api/reprocessing/summary?days=0", "#/days"),
        ("/api/reprocessing/summary?days=soon", "#/days"),
        ("/api/reprocessing/runs?pageToken=nonsense", "#/pageToken"),
    ];

    [Fact]
    public async Task Every_bad_body_is_a_400_that_names_the_field_and_nothing_is_stored()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync("known");
        var before = await app.Store.ReadAllRowsAsync();

        foreach (var (path, body, pointer) in Bodies)
        {
            AssertProblem(await app.Client.PostRawAsync(path, body), pointer, $"{path} {body}");
        }

        Assert.Equal(before, await app.Store.ReadAllRowsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetInstanceAsync(AppClient.Batch)).Status);
    }

    [Fact]
    public async Task Every_bad_path_is_a_400_that_names_the_parameter()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        await app.Store.SeedFailedAsync("known");

        foreach (var (path, pointer) in Paths)
        {
            AssertProblem(await app.Client.GetAsync(path), pointer, path);
        }
    }

    [Fact]
    public async Task No_id_in_an_address_is_more_than_not_found_or_refused()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var document = await app.Client.GetAsync("/api/openapi.json");
        var paths = document.Json.At("paths").EnumerateObject()
            .Where(path => path.Name.Contains('{', StringComparison.Ordinal) && path.Value.TryGetProperty("get", out _))
            .Select(path => path.Name)
            .ToList();
        Assert.Contains("/api/imports/{importId}/rejected", paths);

        foreach (var path in paths)
        {
            foreach (var id in new[] { "a%23b", "a%3Fb", "a%07b", "a%5Cb", new string('a', 2_000) })
            {
                var answer = await app.Client.GetAsync(Parameter().Replace(path, id));
                Assert.True(answer.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path} {id}: {(int)answer.Status} {answer.Text}");
            }
        }
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [Fact]
    public async Task A_body_of_more_than_a_mebibyte_is_refused_and_one_of_just_that_is_read()
    {
        await using var app = await InProcessApp.StartAsync(storage);
        var before = await app.Store.ReadAllRowsAsync();

        var tooLarge = await app.Client.PostRawAsync("/api/orders", Order.PadRight((1024 * 1024) + 1));
        AssertProblem(tooLarge, "#", "1 MiB and a byte");
        Assert.Equal("body_too_large", tooLarge.Json.Text("code"));
        Assert.Equal(before, await app.Store.ReadAllRowsAsync());

        var largest = await app.Client.PostRawAsync("/api/orders", Order.PadRight(1024 * 1024));
        Assert.True((int)largest.Status < 300, largest.Text);
        await app.Client.WaitForOrderAsync("o-1", "completed");
        await app.VerifyAsync();
    }

    private static void AssertProblem(ApiResponse answer, string pointer, string what)
    {
        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{what}: {(int)answer.Status} {answer.Text}");
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.NotEmpty(answer.Json.Text("code")!);
        var pointers = answer.Json.At("errors").EnumerateArray().Select(error => error.Text("pointer")).ToList();
        Assert.True(pointers.Contains(pointer), $"{what}: names {string.Join(", ", pointers)}, not {pointer}");
    }
}
