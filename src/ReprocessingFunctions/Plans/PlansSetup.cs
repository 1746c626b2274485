using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Plans;

internal static class PlansSetup
{
    public static IServiceCollection AddPlans(this IServiceCollection services) => services
        .AddSettings<PlanOptions>(PlanOptions.Prefix)
        .AddSingleton<PlanMaker>()
        .AddSingleton<PlanRequests>()
        .AddSingleton<PlanViews>();
}
