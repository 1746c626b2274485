using Microsoft.Extensions.DependencyInjection.Extensions;
using Reprocessing.Storage.Maintenance;

namespace Reprocessing.Functions.Maintenance;

/// <summary>Takes the steps that are due, whichever of them fails. When each was taken last is stored, so that the next tick makes up for a missed one.</summary>
internal sealed class MaintenanceTimer(
    IEnumerable<MaintenanceStep> steps,
    MaintenanceState state,
    IOptions<MaintenanceOptions> options,
    ReprocessingMetrics metrics,
    TimeProvider time,
    ILogger<MaintenanceTimer> logger)
{
    /// <summary>No step begins after it. With the time of a last one it is less than a function is given by any plan.</summary>
    private static readonly TimeSpan TickBudget = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StepBudget = TimeSpan.FromMinutes(2);

    [Function(nameof(MaintenanceTimer))]
    public async Task RunAsync(
        [TimerTrigger("%MaintenanceSchedule%", UseMonitor = false)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (now, begun) = (time.GetUtcNow(), time.GetTimestamp());
        var stored = await state.ReadAsync(cancellationToken);

        // Those that have waited longest first: where the time does not reach, none is left out for ever.
        var due = steps
            .Select(step => (Step: step, Last: stored.GetValueOrDefault(step.Name)))
            .Where(one => IsDue(one.Step, one.Last, now))
            .OrderBy(one => one.Last?.At ?? DateTimeOffset.MinValue);
        foreach (var (step, last) in due)
        {
            if (time.GetElapsedTime(begun) >= TickBudget)
            {
                logger.MaintenancePutOff(step.Name);
                continue;
            }

            await RunAsync(step, client, last, now, cancellationToken);
        }
    }

    /// <summary>A tick is never quite on time: one that comes a little early must not wait for the next.</summary>
    private bool IsDue(MaintenanceStep step, StepState? last, DateTimeOffset now) =>
        last is not { Position: null } || now - last.At >= (step.Interval ?? options.Value.Interval) * 0.9;

    private async Task RunAsync(MaintenanceStep step, DurableTaskClient client, StepState? last, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(StepBudget);
        string? fault = null;
        try
        {
            var position = await step.RunAsync(client, last?.Position, limited.Token);
            if (step.Interval != MaintenanceStep.EveryTick || position != last?.Position)
            {
                await state.SaveAsync(step.Name, new(now, position), cancellationToken);
            }

            if (position is not null)
            {
                logger.MaintenanceGoesOn(step.Name);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            fault = limited.IsCancellationRequested ? nameof(TimeoutException) : e.GetType().Name;
            logger.MaintenanceFailed(e, step.Name);
            if (last?.Position is not null)
            {
                await TryBeginAnewAsync(step, cancellationToken);
            }
        }

        metrics.MaintenanceStepTaken(time.GetElapsedTime(begun), step.Name, fault);
    }

    /// <summary>It may have failed for the sake of its position.</summary>
    private async Task TryBeginAnewAsync(MaintenanceStep step, CancellationToken cancellationToken)
    {
        try
        {
            await state.RemoveAsync(step.Name, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.MaintenanceFailed(e, step.Name);
        }
    }
}

/// <summary>Does a bounded amount of work, may die anywhere and is then taken again. Takes and gives the position where the next tick goes on; null is the beginning.</summary>
internal sealed record MaintenanceStep(
    string Name, TimeSpan? Interval, Func<DurableTaskClient, string?, CancellationToken, Task<string?>> RunAsync)
{
    public static readonly TimeSpan EveryTick = TimeSpan.Zero;
}

internal sealed class MaintenanceOptions
{
    [Required]
    public string Schedule { get; set; } = "0 * * * * *";

    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);
}

internal static class MaintenanceSteps
{
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    /// <summary>All that is done for the app's upkeep. Jobs are looked after at each tick, because somebody may wait for one.</summary>
    public static IServiceCollection AddMaintenance(this IServiceCollection services) => Retention.Kinds.Aggregate(services.AddRegular(), (all, kind) => all
        .AddStep<Retention>($"retention-{kind}", Daily, (retention, client, position, cancelled) => retention.RunAsync(kind, client, position, cancelled)));

    private static IServiceCollection AddRegular(this IServiceCollection services) => services
        .AddSettings<MaintenanceOptions>("Maintenance")
        .AddSettings<RetentionOptions>("Retention")
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
