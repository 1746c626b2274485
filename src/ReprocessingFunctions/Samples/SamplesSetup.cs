using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Samples;

internal static class SamplesSetup
{
    public static IServiceCollection AddSamples(this IServiceCollection services) => services
        .AddSettings<SamplesOptions>(SamplesOptions.Prefix);
}
