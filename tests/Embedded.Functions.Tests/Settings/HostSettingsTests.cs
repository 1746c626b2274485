using System.Net;
using Embedded.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Embedded.Functions.Tests.Settings;

public sealed class HostSettingsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("host-settings").FullName;

    [Fact]
    public void Local_settings_are_below_the_command_line_and_nest_by_double_underscores()
    {
        WriteLocal("""
            {
              "IsEncrypted": false, // as the tools write it
              "Values": { "A__B": "local", "Plain": "local", "Number": 5, "On": true },
              "Host": { "LocalHttpPort": 7999 },
              "ConnectionStrings": { "Db": "x" },
            }
            """);

        var settings = Settings("--Plain=line");

        Assert.Equal("local", settings["A:B"]);
        Assert.Equal("line", settings["Plain"]);
        Assert.Equal(("5", "true", "x"), (settings["Number"], settings["On"], settings["ConnectionStrings:Db"]));
        Assert.Equal(7999, HostPlace.Port(settings));
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "JSON object")]
    [InlineData("""{"IsEncrypted":true}""", "encrypted")]
    [InlineData("""{"Values":{"A":{"B":"c"}}}""", "'A'")]
    public void A_local_settings_file_that_cannot_be_used_is_told(string json, string why)
    {
        WriteLocal(json);

        Assert.Contains(why, Assert.Throws<HostStartException>(() => Settings()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new string[0], 7071)]
    [InlineData(new[] { "--port", "7080" }, 7080)]
    [InlineData(new[] { "--FUNCTIONS_HTTP_PORT=7081" }, 7081)]
    [InlineData(new[] { "--FUNCTIONS_HTTP_PORT=7081", "--port=0" }, 0)]
    public void The_port_is_the_one_that_is_asked_for(string[] args, int port) => Assert.Equal(port, HostPlace.Port(Settings(args)));

    [Theory]
    [InlineData("--port=-1")]
    [InlineData("--port=65536")]
    [InlineData("--port=web")]
    public void A_port_that_is_none_is_told(string arg) => Assert.Throws<HostStartException>(() => HostPlace.Port(Settings(arg)));

    [Fact]
    public void The_address_is_loopback_unless_it_is_given()
    {
        Assert.Equal(IPAddress.Loopback, HostPlace.Address(Settings()));
        Assert.Equal(IPAddress.Any, HostPlace.Address(Settings("--address=*")));
        Assert.Equal(IPAddress.IPv6Loopback, HostPlace.Address(Settings("--address=::1")));
        Assert.Throws<HostStartException>(() => HostPlace.Address(Settings("--address=nowhere")));
    }

    [Fact]
    public void In_local_development_the_app_finds_the_emulator_when_no_storage_is_named()
    {
        var builder = Builder(new() { ["AzureWebJobsStorage"] = null });

        Assert.True(builder.Environment.IsDevelopment());
        Assert.Equal("UseDevelopmentStorage=true", builder.Configuration["AzureWebJobsStorage"]);
    }

    [Fact]
    public void Elsewhere_storage_must_be_named()
    {
        var refusal = Assert.Throws<HostStartException>(
            () => Builder(new() { ["AzureWebJobsStorage"] = null, ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production" }).Build());

        Assert.Contains("AzureWebJobsStorage is not set", Assert.Single(refusal.Problems), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Microsoft.Azure.Functions.Worker.Builder.FunctionsApplicationBuilder Builder(Dictionary<string, string?> settings) =>
        EmbeddedHost.CreateBuilder(new EmbeddedHostOptions
        {
            FunctionsAssembly = typeof(HostSettingsTests).Assembly,
            FunctionTypes = [],
            ContentRoot = _root,
            Settings = settings,
        });

    private ConfigurationManager Settings(params string[] args)
    {
        var settings = new ConfigurationManager();
        HostSettings.AddTo(settings, new EmbeddedHostOptions { FunctionsAssembly = typeof(HostSettingsTests).Assembly, Args = args }, _root);
        return settings;
    }

    private void WriteLocal(string json) => File.WriteAllText(Path.Combine(_root, "local.settings.json"), json);
}
