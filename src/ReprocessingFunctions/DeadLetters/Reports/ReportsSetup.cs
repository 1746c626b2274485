using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Observability;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.DeadLetters.Reports;

internal static class ReportsSetup
{
    public static IServiceCollection AddDeadLetterReports(this IServiceCollection services) => services
        .AddSettings<CensusOptions>(CensusOptions.Prefix)
        .AddSingleton<DeadLetterMetrics>();
}
