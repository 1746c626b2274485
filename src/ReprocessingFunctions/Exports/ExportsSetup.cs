using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Exports;

internal static class ExportsSetup
{
    public static IServiceCollection AddExports(this IServiceCollection services) => services
        .AddSettings<ExportOptions>(ExportOptions.Prefix)
        .AddSingleton<ExportStarter>()
        .AddSingleton<ExportContent>()
        .AddSingleton<ExportProgress>();
}
