using Microsoft.Extensions.DependencyInjection;
using ReprocessingFunctions.Settings;

namespace ReprocessingFunctions.Workflows;

internal static class WorkflowsSetup
{
    public static IServiceCollection AddWorkflows(this IServiceCollection services) => services
        .AddSettings<WorkflowOptions>(WorkflowOptions.Prefix)
        .AddSingleton<WorkflowCheck>()
        .AddSingleton<LostWorkflows>()
        .AddSingleton<WorkflowStarter>();
}
