using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Reprocessing.Functions.Maintenance;

internal static class MaintenanceSteps
{
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    /// <summary>All that is done for the app's upkeep. Jobs are looked after at each tick, because somebody may wait for one.</summary>
    public static IServiceCollection AddMaintenance(this IServiceCollection services) => Retention.Kinds.Aggregate(services.AddRegular(), (all, kind) => all
        .AddStep<Retention>($"retention-{kind}", Daily, (retention, client, position, cancelled) => retention.RunAsync(kind, client, position, cancelled)));

    private static IServiceCollection AddRegular(this IServiceCollection services) => services
        .AddSettings<MaintenanceOptions>(MaintenanceOptions.Prefix)
        .AddSettings<RetentionOptions>(RetentionOptions.Prefix)
        .AddStep<CheckOpenJobs>("open-jobs", MaintenanceStep.EveryTick, (jobs, client, cancelled) => jobs.RunAsync(client, cancelled))
        .AddStep<ReconcileResets>("resets", MaintenanceStep.EveryTick, (resets, client, cancelled) => resets.RunAsync(client, cancelled))
        .AddStep<ProjectOutcomes>("outcomes", null, (outcomes, _, cancelled) => outcomes.RunAsync(cancelled))
        .AddStep<DeadLetterStatisticsFunctions>("dead-letter-statistics", null, (statistics, client, cancelled) => statistics.CountAsync(client, cancelled))
        .AddStep<WorkflowCheck>("workflows", null, (check, client, position, cancelled) => check.RunAsync(client, position, cancelled))
        .AddStep<WebhookNotifications>("notifications", null, (notifications, client, cancelled) => notifications.ReconcileAsync(client, cancelled))
        .AddStep<TransferReconciler>("transfers", null, (transfers, client, cancelled) => transfers.ReconcileAsync(client, cancelled))
        .AddStep<TransferReconciler>("transfer-content", Daily, (transfers, _, cancelled) => transfers.CleanContentAsync(cancelled));

    private static IServiceCollection AddStep<T>(
        this IServiceCollection services, string name, TimeSpan? interval, Func<T, DurableTaskClient, CancellationToken, Task> run)
        where T : class => services.AddStep<T>(name, interval, async (step, client, _, cancelled) =>
        {
            await run(step, client, cancelled);
            return null;
        });

    private static IServiceCollection AddStep<T>(
        this IServiceCollection services, string name, TimeSpan? interval, Func<T, DurableTaskClient, string?, CancellationToken, Task<string?>> run)
        where T : class
    {
        services.TryAddSingleton<T>();
        return services.AddSingleton(provider => new MaintenanceStep(
            name, interval, (client, position, cancelled) => run(provider.GetRequiredService<T>(), client, position, cancelled)));
    }
}
