namespace ReprocessingFunctions.Restarts;

internal static class RestartsSetup
{
    public static IServiceCollection AddRestarts(this IServiceCollection services) => services
        .AddSettings<RetryOptions>(RetryOptions.Prefix)
        .AddSettings<RestartOptions>(RestartOptions.Prefix)
        .AddSingleton(provider => provider.GetRequiredService<IOptions<RetryOptions>>().Value.ToStrategy())
        .AddSingleton<OrderWorkflowTarget>()
        .AddSingleton<IRestartTarget>(provider => provider.GetRequiredService<IOptions<RestartOptions>>().Value.Target switch
        {
            RestartTargetKind.Webhook => ActivatorUtilities.CreateInstance<WebhookRestartTarget>(provider),
            _ => provider.GetRequiredService<OrderWorkflowTarget>(),
        })
        .AddSingleton<RestartStarter>();
}
