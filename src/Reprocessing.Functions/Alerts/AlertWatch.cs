namespace Reprocessing.Functions.Alerts;

/// <summary>Tells once of what an evaluation raises and clears. The notification is stored with the alert; log line and count are this process's own.</summary>
internal sealed class AlertUpdates(AlertStore alerts, INotifications notifications, ReprocessingMetrics metrics, ILogger<AlertUpdates> logger)
{
    public async Task ApplyAsync(
        DurableTaskClient client,
        IReadOnlyList<AlertCondition> found,
        IReadOnlyCollection<AlertKind> complete,
        DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var changed = await alerts.ApplyAsync(found, complete, at, notifications.AreWanted, cancellationToken);
        foreach (var alert in changed)
        {
            metrics.AlertChanged(EnumNames.Of(alert.Kind), EnumNames.Of(alert.State));
            if (alert.IsRaised)
            {
                logger.AlertRaised(EnumNames.Of(alert.Kind), alert.Id, alert.Message);
            }
            else
            {
                logger.AlertCleared(EnumNames.Of(alert.Kind), alert.Id, alert.Message);
            }
        }

        await notifications.AlertedAsync(client, changed, cancellationToken);
    }
}

/// <summary>Evaluates, with each count of dead letters, what no run tells: the queue, kinds of failure, jobs that stand still, a schedule that starts nothing.</summary>
internal sealed class AlertWatch(
    AlertUpdates updates,
    AlertStore alerts,
    IFailureGroups groups,
    IJobStore jobs,
    ScheduleWatch schedule,
    IAuditLog audit,
    StateMetrics metrics,
    IOptions<AlertThresholds> options,
    TimeProvider time)
{
    private const int PageSize = 500;

    private static readonly AlertKind[] Complete = [AlertKind.FailureGroup, AlertKind.JobPaused];

    /// <summary>Older acknowledgements were recorded by whoever made them, or by an earlier look.</summary>
    private static readonly TimeSpan NewEdit = TimeSpan.FromMinutes(10);

    public async Task EvaluateAsync(DurableTaskClient client, DeadLetterStatistics queue, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var raised = await Pages.ReadAllAsync<AlertState>(async token => await alerts.ListAsync(AlertStatus.Raised, PageSize, token, cancellationToken))
            .ToListAsync(cancellationToken);
        metrics.AlertsAre(raised.Select(alert => alert.Kind));
        foreach (var alert in raised.Where(alert => now - alert.Acknowledgement?.At < NewEdit))
        {
            await audit.AddAcknowledgementAsync(alert, cancellationToken);
        }

        List<AlertCondition> found = [.. AlertRules.OfQueue(queue.UnresolvedCount, queue.OldestUnresolved, now, options.Value)];
        found.Add(AlertRules.OfSchedule(await schedule.CountMissedTicksAsync(cancellationToken), options.Value));
        found.AddRange(await Pages.ReadAllAsync<FailureGroup>(async token => await groups.ListAsync(state: null, PageSize, token, cancellationToken))
            // What only fails is restarted by the next runs, and comes and goes: it is told of once it is dead.
            .Where(group => group is { OpenCount: > 0, State: FailureGroupState.New or FailureGroupState.Regressed })
            .Select(AlertRules.OfGroup)
            .ToListAsync(cancellationToken));
        await foreach (var job in Pages.ReadAllAsync<JobRecord>(async token => await jobs.ListOpenAsync(now, PageSize, token, cancellationToken)))
        {
            if (job is { State: JobState.Paused, StateReason: PauseJob.Reason })
            {
                found.Add(AlertRules.OfPausedJob(job.JobId));
            }
            else if (job.State == JobState.Running)
            {
                var instance = await client.GetInstanceAsync(job.JobId, getInputsAndOutputs: true, cancellationToken);
                found.Add(AlertRules.OfCircuit(job.JobId, instance.ReadStatusAs<JobStatus>()?.Circuit is CircuitState.Open or CircuitState.HalfOpen));
            }
        }

        await updates.ApplyAsync(client, found, Complete, now, cancellationToken);
    }
}
