using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Jobs;

internal static class OutcomesSetup
{
    public static IServiceCollection AddOutcomes(this IServiceCollection services) => services
        .AddSettings<OutcomeOptions>(OutcomeOptions.Prefix);
}
