using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Jobs.Requests;

internal static class JobRequestsSetup
{
    public static IServiceCollection AddJobRequests(this IServiceCollection services) => services
        .AddSettings<JobRequestOptions>(JobRequestOptions.Prefix)
        .AddSingleton<JobStarter>()
        .AddSingleton<JobRequests>()
        .AddSingleton<JobControls>()
        .AddSingleton<FreshOutcomes>()
        .AddSingleton<FailureGroups.GroupRetries>()
        .AddSingleton<JobViews>()
        .AddSingleton<JobActs>();
}
