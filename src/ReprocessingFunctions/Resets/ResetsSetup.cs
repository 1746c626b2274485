using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Resets;

internal static class ResetsSetup
{
    public static IServiceCollection AddResets(this IServiceCollection services)
    {
        // The settings count the time; and the address holds the host's key, which is for no log.
        services.AddHttpClient(HttpWorkflowHistories.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan).RemoveAllLoggers();
        return services
            .AddSettings<ResetSettings>(ResetSettings.Prefix)
            .AddSingleton<IWorkflowHistories, HttpWorkflowHistories>()
            .AddSingleton<WorkflowLook>()
            .AddSingleton<WorkflowEnder>()
            .AddSingleton<RunBarrier>()
            .AddSingleton<EventReplay>()
            .AddSingleton<ResetBooks>()
            .AddSingleton<ResetCapture>()
            .AddSingleton<InstanceReset>()
            .AddSingleton<ResetSweep>()
            .AddSingleton<ItemReset>()
            .AddSingleton<OrderWorkflowReset>()
            .AddSingleton<IJobKind, ResetWorkflows>()
            .AddSingleton<IPlanSelector, WorkflowPlanSelector>();
    }
}
