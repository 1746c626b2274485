using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Restarts;

internal static class RestartsSetup
{
    public static IServiceCollection AddRestarts(this IServiceCollection services) => services
        .AddSettings<RetryOptions>(RetryOptions.Prefix)
        .AddSingleton(provider => provider.GetRequiredService<IOptions<RetryOptions>>().Value.ToStrategy())
        .AddSingleton<IRestartTarget, OrderWorkflowTarget>()
        .AddSingleton<RestartStarter>();
}
