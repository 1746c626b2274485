using Embedded.Functions.Hosting;
using Embedded.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Tests.Settings;

public sealed class HostJsonTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("host-json").FullName;
    private readonly List<string> _problems = [];

    [Fact]
    public void Read_takes_what_the_host_heeds()
    {
        var host = Read("""
            {
              // as the file of an app
              "version": "2.0",
              "functionTimeout": "00:05:00",
              "extensions": {
                "http": { "routePrefix": "v1/things" },
                "durableTask": {
                  "hubName": "MyHub", "defaultVersion": "1.2", "maxConcurrentActivityFunctions": 7, "maxConcurrentOrchestratorFunctions": 3,
                  "storageProvider": { "partitionCount": 8 },
                },
              },
            }
            """);

        Assert.Empty(_problems);
        Assert.Equal(
            new HostJson
            {
                RoutePrefix = "v1/things",
                HubName = "MyHub",
                DefaultVersion = "1.2",
                PartitionCount = 8,
                MaxConcurrentActivityFunctions = 7,
                MaxConcurrentOrchestratorFunctions = 3,
            },
            host);
    }

    [Fact]
    public void Read_without_a_file_is_the_platform_s_defaults()
    {
        Assert.Equal(new HostJson { RoutePrefix = "api", HubName = "TestHubName" }, Read(null));
        Assert.Empty(_problems);
    }

    [Fact]
    public void An_empty_prefix_puts_routes_at_the_root() =>
        Assert.Equal("", Read("""{"extensions":{"http":{"routePrefix":""}}}""").RoutePrefix);

    [Theory]
    [InlineData("""{"version":"3.0"}""", "version")]
    [InlineData("""{"extensions":{"http":{"routePrefix":"a b"}}}""", "extensions.http.routePrefix")]
    [InlineData("""{"extensions":{"durableTask":{"hubName":"a"}}}""", "extensions.durableTask.hubName")]
    [InlineData("""{"extensions":{"durableTask":{"hubName":"my-hub"}}}""", "extensions.durableTask.hubName")]
    [InlineData("""{"extensions":{"durableTask":{"hubName":"%NoSuch%"}}}""", "NoSuch")]
    [InlineData("""{"extensions":{"durableTask":{"storageProvider":{"partitionCount":17}}}}""", "extensions.durableTask.storageProvider.partitionCount")]
    [InlineData("""{"extensions":{"durableTask":{"maxConcurrentActivityFunctions":"many"}}}""", "maxConcurrentActivityFunctions")]
    [InlineData("""{"extensions":{"durableTask":{"maxConcurrentOrchestratorFunctions":0}}}""", "maxConcurrentOrchestratorFunctions")]
    public void A_wrong_value_is_told_by_its_place(string json, string place)
    {
        Read(json);

        Assert.Contains(place, Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_json_is_told_as_such()
    {
        var refusal = Assert.Throws<HostStartException>(() => Read("{"));

        Assert.Contains("host.json", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_replace_values_and_fill_references()
    {
        var host = Read(
            """{"extensions":{"http":{"routePrefix":"a"},"durableTask":{"hubName":"%Stage%Hub"}}}""",
            ("AzureFunctionsJobHost:extensions:http:routePrefix", "b"),
            ("Stage", "Test"));

        Assert.Equal(("b", "TestHub"), (host.RoutePrefix, host.HubName));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private HostJson Read(string? json, params (string Name, string Value)[] settings)
    {
        if (json is not null)
        {
            File.WriteAllText(Path.Combine(_root, "host.json"), json);
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        return HostJsonReader.Read(HostJsonReader.Load(_root, configuration), configuration, _problems);
    }
}
