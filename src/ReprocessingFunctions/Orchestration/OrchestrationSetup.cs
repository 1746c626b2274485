namespace ReprocessingFunctions.Orchestration;

internal static class OrchestrationSetup
{
    public static IServiceCollection AddOrchestration(this IServiceCollection services) => services.AddSingleton<InstanceBeginning>();
}
