using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core.Serialization;
using Embedded.Functions.Durable;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Tests.Durable;

[Collection(nameof(AzuriteCollection))]
public sealed class ClientExtensionTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_camel_case_serializer_gives_the_documented_names()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(HelloFunctions)], configure: builder =>
            builder.Services.Configure<WorkerOptions>(worker =>
                worker.Serializer = new JsonObjectSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase })));

        using var answer = await app.SendAsync(HttpMethod.Post, "/api/start/WaitEvt");
        var payload = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();

        Assert.Equal(
            ["id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "rewindPostUri", "purgeHistoryDeleteUri", "restartPostUri", "suspendPostUri", "resumePostUri"],
            payload.Select(member => member.Key));
        var status = JsonNode.Parse(await app.Client.GetStringAsync((string)payload["statusQueryGetUri"]!))!;
        Assert.Equal("""{"id":"o1","n":3}""", status["input"]!.ToJsonString());
    }

    [Fact]
    public async Task Links_carry_the_address_that_the_caller_sees()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(HelloFunctions)]);
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/start/WaitEvt")
        {
            Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-Host", "api.example.com" } },
        };

        using var answer = await app.Client.SendAsync(request);

        Assert.StartsWith("https://api.example.com/runtime/webhooks/durabletask/instances/", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, "http://in:7071")]
    [InlineData("for=1.2.3.4;host=a.example;proto=https, for=9.9.9.9;host=b", "http", "c", "https://a.example")]
    [InlineData("proto=\"https\"", null, "c.example:8443", "https://c.example:8443")]
    [InlineData(null, "https, http", "first.example, second", "https://first.example")]
    [InlineData(null, "javascript", "x", "http://in:7071")]
    [InlineData(null, "https", "not a host", "http://in:7071")]
    public void Forwarded_wins_over_its_forerunners_and_nonsense_is_ignored(string? forwarded, string? proto, string? host, string expected)
    {
        var headers = new Dictionary<string, string?> { ["Forwarded"] = forwarded, ["X-Forwarded-Proto"] = proto, ["X-Forwarded-Host"] = host };

        Assert.Equal(expected, ForwardedAddress.Of(new Uri("http://in:7071/api/x"), name => headers[name]));
    }

    [Fact]
    public async Task Waiting_for_an_instance_answers_with_its_end()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(HelloFunctions)]);
        await app.SendAsync(HttpMethod.Post, "/runtime/webhooks/durabletask/orchestrators/Fan/fan-1", """{"Id":"f","N":2}""");

        using var answer = await app.Client.GetAsync("/api/wait/fan-1");

        var ended = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            ["Name", "InstanceId", "CreatedAt", "LastUpdatedAt", "RuntimeStatus", "SerializedInput", "SerializedOutput", "SerializedCustomStatus"],
            ended.Select(member => member.Key));
        Assert.Equal(("Completed", "2"), ((string?)ended["RuntimeStatus"], (string?)ended["SerializedOutput"]));
    }
}
