using System.Net;
using Azure.Data.Tables;
using Embedded.Functions.Keys;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Tests.Keys;

[Collection(nameof(AzuriteCollection))]
public sealed class KeyTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Each_level_is_opened_by_its_keys_and_by_no_other()
    {
        await using var app = await StartAsync();
        var keys = app.Keys;
        var all = new Dictionary<string, string>
        {
            ["master"] = keys.Master,
            ["default"] = keys.Default,
            ["own"] = keys.Functions["Guarded"],
            ["other"] = keys.Functions["Master"],
            ["durable"] = keys.DurableExtension,
            ["wrong"] = "wrong",
        };

        Assert.Equal(["master", "default", "own"], await OpenersAsync(app, "/api/guarded", all));
        Assert.Equal(["master"], await OpenersAsync(app, "/api/master", all));
        Assert.Equal(["master", "durable"], await OpenersAsync(app, "/runtime/webhooks/durabletask/instances", all));
        Assert.Equal(["master"], await OpenersAsync(app, "/admin/host/status", all));
        Assert.Equal("GET 7", await app.Client.GetStringAsync("/api/pages"));
    }

    [Fact]
    public async Task Without_a_key_it_is_401_with_the_platform_s_header()
    {
        await using var app = await StartAsync();

        using var answer = await app.Client.GetAsync("/api/guarded");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(0, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Keys_are_made_once_and_stay()
    {
        var hub = new Dictionary<string, string?> { ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = AzuriteFixture.NewName("Hub") };
        HostKeys first;
        await using (var app = await StartAsync(hub))
        {
            first = app.Keys;
        }

        await using var again = await StartAsync(hub);

        Assert.Equal(first.Master, again.Keys.Master);
        Assert.Equal(first.DurableExtension, again.Keys.DurableExtension);
        Assert.Equal(first.Functions["Guarded"], again.Keys.Functions["Guarded"]);
        Assert.Equal(first.Master, (await again.HostTable(azurite).GetEntityAsync<TableEntity>(KeyStore.Partition, "host|master")).Value.GetString("Value"));
        Assert.Equal(4, new[] { first.Master, first.Default, first.DurableExtension, first.Functions["Guarded"] }.Distinct().Count());
    }

    [Theory]
    [InlineData("Development", "127.0.0.1", HttpStatusCode.OK)]
    [InlineData(null, "127.0.0.1", HttpStatusCode.OK)]
    [InlineData(null, "0.0.0.0", HttpStatusCode.Unauthorized)]
    [InlineData("Staging", "127.0.0.1", HttpStatusCode.Unauthorized)]
    public async Task Keys_are_off_only_where_a_developer_alone_can_call(string? environment, string address, HttpStatusCode expected)
    {
        var settings = new Dictionary<string, string?> { ["AZURE_FUNCTIONS_ENVIRONMENT"] = environment, ["FUNCTIONS_HTTP_ADDRESS"] = address };
        await using var app = await TestApp.StartAsync(
            azurite, [typeof(WebFunctions)], settings, builder => builder.Services.AddScoped<Visit>());

        using var answer = await app.Client.GetAsync(new UriBuilder(app.Client.BaseAddress!) { Host = "127.0.0.1", Path = "/api/guarded" }.Uri);

        Assert.Equal(expected, answer.StatusCode);
    }

    private Task<TestApp> StartAsync(Dictionary<string, string?>? settings = null) => TestApp.StartAsync(
        azurite,
        [typeof(WebFunctions)],
        new(settings ?? []) { ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production" },
        builder => builder.Services.AddScoped<Visit>());

    /// <summary>The names of the keys that open a path, each tried in the header and in the query.</summary>
    private static async Task<List<string>> OpenersAsync(TestApp app, string path, Dictionary<string, string> keys)
    {
        var openers = new List<string>();
        foreach (var (name, key) in keys)
        {
            using var byQuery = await app.Client.GetAsync($"{path}?code={key}");
            using var byHeader = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "x-functions-key", key } } });
            Assert.Equal(byQuery.StatusCode, byHeader.StatusCode);
            if (byQuery.StatusCode != HttpStatusCode.Unauthorized)
            {
                openers.Add(name);
            }
        }

        return openers;
    }
}
