using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Imports;

internal static class ImportsSetup
{
    public static IServiceCollection AddImports(this IServiceCollection services)
    {
        // Lookups count their own time; the client's default of 100 seconds would be another limit.
        services.AddHttpClient(EnrichmentLookup.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
        return services
            .AddSettings<ImportOptions>(ImportOptions.Prefix)
            .AddSingleton<ImportSource>()
            .AddSingleton<ImportReceiver>()
            .AddSingleton<ImportStarter>()
            .AddSingleton<AbandonedUploads>()
            .AddSingleton<ImportLeftovers>()
            .AddSingleton<ImportProgress>()
            .AddSingleton<ImportPageReader>()
            .AddSingleton<EnrichmentLookup>()
            .AddSingleton<OrderIntake>();
    }
}
