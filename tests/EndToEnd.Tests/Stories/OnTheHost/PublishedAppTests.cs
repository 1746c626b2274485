using System.Diagnostics;
using System.Net;
using System.Reflection;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Microsoft.Azure.Functions.Worker;
using Reprocessing.Functions;

namespace EndToEnd.Tests.Stories.OnTheHost;

/// <summary>What is deployed is the published folder, and that is what runs here.</summary>
public sealed class PublishedAppTests(HostStorage storage) : IClassFixture<HostStorage>
{
    [Fact]
    public async Task The_published_folder_starts_with_all_functions_and_fulfils_an_order()
    {
        var folder = Directory.CreateTempSubdirectory("published-").FullName;
        await PublishAsync(folder);
        Assert.False(File.Exists(Path.Combine(folder, "local.settings.json")), "Settings of this machine must not be deployed.");
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await using var app = new AppProcess(store.Settings(), folder);
        await app.StartAsync();

        var functions = (await app.Client.GetAsync("/admin/functions")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(FunctionNames(), functions.EnumerateArray().Select(function => function.Text("name")).Order(StringComparer.Ordinal));
        (await app.Client.PostAsync("/api/orders", SampleOrders.Small("published-1"))).Expect(HttpStatusCode.Created);
        await app.Client.WaitForOrderAsync("published-1", "completed");
        await app.StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<string> FunctionNames() => typeof(AppComposition).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name)
        .OfType<string>()
        .Order(StringComparer.Ordinal);

    private static async Task PublishAsync(string folder)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var start = new ProcessStartInfo("dotnet", ["publish", AppFiles.Project, "--no-build", "-c", configuration, "-o", folder, "-nologo", "-v", "q"])
        {
            RedirectStandardOutput = true,
        };
        using var publish = Process.Start(start)!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, said);
    }
}
