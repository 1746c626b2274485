using Reprocessing.LocalHost.App;
using Reprocessing.LocalHost.Hosting;

namespace Reprocessing.LocalHost.Tests;

/// <summary>What the host makes of an app's folder and settings.</summary>
public sealed class AppTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("local-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The worker's package names the version of the host's extension, and the app's build fetches it: the host must run no other.</summary>
    [Fact]
    public void The_host_runs_the_extension_that_the_app_was_built_for()
    {
        var app = FunctionApp.Open(HostProcess.AppFolder, name => name == "TickSchedule" ? "0 0 0 1 1 *" : null);

        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+$", app.DurableExtensionVersion);
        Assert.Equal(app.DurableExtensionVersion, DurableExtension.HostVersion);
    }

    [Fact]
    public void A_disabled_function_is_none()
    {
        var app = FunctionApp.Open(HostProcess.AppFolder, name => name switch { "TickSchedule" => "0 0 0 1 1 *", "AzureWebJobs.Boot.Disabled" => "true", _ => null });

        Assert.DoesNotContain(app.Functions, f => f.Name == "Boot");
        Assert.Contains(app.Functions, f => f.Name == "Tick");
    }

    [Fact]
    public void Settings_have_values_connection_strings_and_a_port()
    {
        File.WriteAllText(Path.Combine(_folder, "local.settings.json"), """
            { "Values": { "A": "x", "B": 5, "C": true }, "ConnectionStrings": { "One": "1", "Two": { "ConnectionString": "2", "ProviderName": "P" } }, "Host": { "LocalHttpPort": 80, "CORS": "*" }, }
            """);

        var settings = AppSettings.Read(_folder, file: null);

        Assert.Equal(["A=x", "B=5", "C=true", "ConnectionStrings:One=1", "ConnectionStrings:Two=2"], settings.Variables.Select(v => $"{v.Key}={v.Value}"));
        Assert.Equal(80, settings.Port);
    }

    [Fact]
    public void An_app_without_settings_has_none() => Assert.Empty(AppSettings.Read(_folder, file: null).Variables);

    [Fact]
    public void A_settings_file_that_is_named_must_be_there()
        => Assert.Contains("has no other.json", Assert.Throws<StartException>(() => AppSettings.Read(_folder, Path.Combine(_folder, "other.json"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{ \"version\": \"2.0\" }", "api", 30)]
    [InlineData("{ \"version\": \"2.0\", \"functionTimeout\": \"00:05:00\", \"extensions\": { \"http\": { \"routePrefix\": \"\" } } }", "", 5)]
    public void Host_json_has_prefix_and_timeout(string json, string prefix, int minutes)
    {
        File.WriteAllText(Path.Combine(_folder, "host.json"), json);

        var host = HostJson.Read(_folder);

        Assert.Equal((prefix, TimeSpan.FromMinutes(minutes)), (host.RoutePrefix, host.FunctionTimeout));
    }

    [Fact]
    public void The_level_of_a_functions_own_records_is_that_of_the_nearest_category()
    {
        File.WriteAllText(Path.Combine(_folder, "host.json"), """
            { "version": "2.0", "logging": { "logLevel": { "default": "Warning", "Function": "Error", "Function.A": "Debug", "Function.A.User": "Trace", "Function.B": "Critical" } } }
            """);
        var host = HostJson.Read(_folder);

        Assert.Equal([LogLevel.Trace, LogLevel.Critical, LogLevel.Error], new[] { "A", "B", "C" }.Select(host.UserLevel));
    }

    [Fact]
    public void A_host_id_is_set_or_made_from_machine_and_folder()
    {
        Assert.Equal("my-host-1", HostIdentity.IdFor("my-host-1", "m", "/f"));
        var made = HostIdentity.IdFor(null, "My_Very-Long.Machine-Name", "/f");
        Assert.Matches("^myverylongmachi-[0-9a-f]{16}$", made);
        Assert.Equal(made, HostIdentity.IdFor("", "My_Very-Long.Machine-Name", "/f"));
        Assert.NotEqual(made, HostIdentity.IdFor(null, "My_Very-Long.Machine-Name", "/g"));
        Assert.Throws<StartException>(() => HostIdentity.IdFor("My host", "m", "/f"));
        Assert.Throws<StartException>(() => HostIdentity.IdFor(new string('a', 33), "m", "/f"));
    }

    [Theory]
    [InlineData("localhost:7071", "http://localhost:7071/")]
    [InlineData("127.0.0.1:80", "http://127.0.0.1/")]
    [InlineData("apps.example.com", "https://apps.example.com/")]
    public void A_name_that_is_not_of_this_machine_is_a_proxys_and_speaks_https(string name, string root) => Assert.Equal(new Uri(root), HostIdentity.RootFor(name));
}
