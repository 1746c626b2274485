using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Jobs.Activities;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Jobs;

internal static class JobsSetup
{
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSettings<JobOptions>(JobOptions.Prefix)
        .AddSingleton<JobKinds>()
        .AddSingleton<JobEdits>()
        .AddSingleton<JobCount>()
        .AddSingleton<JobEnding>()
        .AddSingleton<HalfDoneItems>()
        .AddSingleton<OrphanedJobs>()
        .AddSingleton<JobControlSender>()
        .AddSingleton<ItemLedger>();
}
