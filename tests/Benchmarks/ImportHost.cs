using System.Globalization;
using Embedded.Functions.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReprocessingFunctions;

namespace Benchmarks;

/// <summary>The app as a process of its own, to be killed.</summary>
internal static class ImportHost
{
    public static async Task RunAsync(string connectionString, string name, int port)
    {
        var builder = EmbeddedHost.CreateBuilder(new EmbeddedHostOptions
        {
            FunctionsAssembly = typeof(AppComposition).Assembly,
            Settings = new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = connectionString,
                ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
                ["FUNCTIONS_HTTP_PORT"] = port.ToString(CultureInfo.InvariantCulture),
                ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = name + "Hub",
                ["OrdersTablePrefix"] = name,
                ["ReprocessingSchedule"] = "0 0 0 1 1 *",
            },
        });
        builder.AddReprocessing();
        builder.Logging.ClearProviders();
        using var host = builder.Build();
        await host.RunAsync();
    }
}
