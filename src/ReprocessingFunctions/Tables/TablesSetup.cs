using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Reprocessing.Storage;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Tables;

internal static class TablesSetup
{
    private const string Prefix = "Orders";

    public static IServiceCollection AddTables(this IServiceCollection services) => services
        .AddSettings<StorageOptions>(Prefix)
        .AddSingleton(provider => provider.GetRequiredService<IOptions<StorageOptions>>().Value)
        .AddSingleton(provider => TableConnection.Connect(provider.GetRequiredService<IConfiguration>()))
        .AddReprocessingStorage()
        .AddHostedService<TablesStartup>();
}
