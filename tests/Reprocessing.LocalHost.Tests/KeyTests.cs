using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests;

/// <summary>Outside Development: who may call what, and where the keys are kept.</summary>
public sealed class KeyTests(AzuriteAccountFixture account) : IClassFixture<AzuriteAccountFixture>
{
    [Fact]
    public async Task Keys_are_made_once_kept_in_blobs_and_asked_for()
    {
        var settings = HostProcess.Alone();
        settings["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production";
        settings["WEBSITE_HOSTNAME"] = "apps.example.com";
        var secrets = new BlobServiceClient(account.ConnectionString).GetBlobContainerClient("azure-webjobs-secrets");
        var hostId = settings["AzureFunctionsWebHost__hostid"];
        JsonNode keys;
        await using (var first = await HostProcess.RunAsync(account.ConnectionString, settings, null, "--show-keys"))
        {
            keys = JsonNode.Parse((await secrets.GetBlobClient($"{hostId}/host.json").DownloadContentAsync()).Value.Content.ToString())!;
            Assert.True(first.HasWritten(Key(keys, "masterKey")));
            await CheckAsync(first, keys);
        }

        await secrets.GetBlobClient($"{hostId}/hello.json").UploadAsync(BinaryData.FromString("""{"keys":[{"name":"mine","value":"own key","encrypted":false}]}"""));
        await using var second = await HostProcess.RunAsync(account.ConnectionString, settings);
        Assert.False(second.HasWritten(Key(keys, "masterKey")));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized],
            [await GetAsync(second, "api/hello", "own key"), await GetAsync(second, "api/hello", Key(keys, "functionKeys")), await GetAsync(second, "admin/host/status", "own key")]);
    }

    private static async Task CheckAsync(HostProcess host, JsonNode keys)
    {
        string[] shown = ["", "wrong", Key(keys, "functionKeys"), Key(keys, "systemKeys"), Key(keys, "masterKey")];
        async Task<string> Allowed(string path) => string.Concat(await Task.WhenAll(shown.Select(async key => await GetAsync(host, path, key) == HttpStatusCode.Unauthorized ? '-' : '+')));

        Assert.Equal("+++++", await Allowed("api/counters/x"));
        Assert.Equal("--+-+", await Allowed("api/hello"));
        Assert.Equal("----+", await Allowed("api/reset"));
        Assert.Equal("----+", await Allowed("admin/host/status"));
        Assert.Equal("----+", await Allowed("admin/functions"));
        Assert.Equal("---++", await Allowed("runtime/webhooks/durabletask/instances"));
        using var byHeader = new HttpRequestMessage(HttpMethod.Get, "api/hello");
        byHeader.Headers.Add("x-functions-key", Key(keys, "functionKeys"));
        using var answered = await host.Client.SendAsync(byHeader);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);

        using var failed = await host.Client.GetAsync(new Uri("api/fail", UriKind.Relative));
        Assert.Equal((HttpStatusCode.InternalServerError, ""), (failed.StatusCode, await failed.Content.ReadAsStringAsync()));

        // The links that a client is given work for it as they are: they carry the system key.
        using var started = await host.Client.PostAsync(new Uri("api/chain", UriKind.Relative), content: null);
        var link = new Uri((string)HostProcess.Links(await started.Content.ReadAsStringAsync())["statusQueryGetUri"]!);
        Assert.Contains($"code={Key(keys, "systemKeys")}", link.Query, StringComparison.Ordinal);
        using var status = await host.Client.GetAsync(new Uri(link.PathAndQuery, UriKind.Relative));
        Assert.NotEqual(HttpStatusCode.Unauthorized, status.StatusCode);
        var listed = JsonNode.Parse(await host.GetAsync($"admin/functions?code={Key(keys, "masterKey")}"))!.AsArray();
        Assert.Equal("https://apps.example.com/api/Fail", (string)listed.Single(f => (string)f!["name"]! == "Fail")!["invoke_url_template"]!);
    }

    private static async Task<HttpStatusCode> GetAsync(HostProcess host, string path, string key)
    {
        var method = path == "api/reset" ? HttpMethod.Post : HttpMethod.Get;
        using var request = new HttpRequestMessage(method, $"{path}?code={Uri.EscapeDataString(key)}");
        using var response = await host.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static string Key(JsonNode keys, string kind) => (string)(keys[kind] is JsonArray list ? list[0]! : keys[kind]!)["value"]!;
}
