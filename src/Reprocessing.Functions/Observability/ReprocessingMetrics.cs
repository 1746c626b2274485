using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Reprocessing.Functions.Observability;

/// <summary>By the OpenTelemetry naming rules: own prefix, seconds, <c>error.type</c> present on failure only, and no order or run ids in attributes.</summary>
internal sealed class ReprocessingMetrics(IMeterFactory meters)
{
    public const string MeterName = "ReprocessingFunctions";

    private readonly Counter<long> _runOrders = Counter(meters, "reprocessing.run.orders", "{order}", "Orders that runs found, by what became of them.");
    private readonly Histogram<double> _runDuration = Duration(meters, "reprocessing.run.duration", "From a run's start to its recorded end.");
    private readonly Counter<long> _skippedTicks = Counter(meters, "reprocessing.schedule.skipped_ticks", "{tick}", "Ticks of the schedule that started no run.");
    private readonly Counter<long> _alerts = Counter(meters, "reprocessing.alert.changes", "{change}", "Alerts that were raised or cleared.");
    private readonly Counter<long> _jobItems = Counter(meters, "reprocessing.job.items", "{item}", "Items of bulk jobs, by what became of them.");
    private readonly Counter<long> _leases = Counter(meters, "reprocessing.lease.requests", "{order}", "Orders that jobs asked to have for themselves.");
    private readonly Histogram<double> _restartDuration = Duration(meters, "reprocessing.restart.duration", "From the decision to restart an order to the recorded end of the attempt.");
    private readonly Counter<long> _workflowStarts = Counter(meters, "reprocessing.workflow.starts", "{start}", "Starts of order workflows.");
    private readonly Histogram<double> _stageDuration = Duration(meters, "reprocessing.fulfillment.stage.duration", "One call of the warehouse for one stage.");
    private readonly Counter<long> _webhooks = Counter(meters, "reprocessing.webhook.requests", "{request}", "Tries to tell an outside receiver.");
    private readonly Histogram<double> _maintenanceSteps = Duration(meters, "reprocessing.maintenance.step.duration", "One time that a step of maintenance was taken.");
    private readonly Counter<long> _removed = Counter(meters, "reprocessing.retention.removed", "{row}", "What was removed because its time was over: rows, blobs, instances.");

    public void RunEnded(TimeSpan duration, string outcome, string? errorType) =>
        _runDuration.Record(duration.TotalSeconds, Tags("reprocessing.run.outcome", outcome, errorType));

    public void OrdersProcessed(string decision, int count)
    {
        if (count > 0)
        {
            _runOrders.Add(count, Tags("reprocessing.decision", decision));
        }
    }

    public void TickSkipped(string reason) => _skippedTicks.Add(1, Tags("reprocessing.skip.reason", reason));

    public void AlertChanged(string kind, string state) =>
        _alerts.Add(1, new TagList { { "reprocessing.alert.kind", kind }, { "reprocessing.alert.state", state } });

    public void JobItemsEnded(string operation, string state, int count) =>
        _jobItems.Add(count, new TagList { { "reprocessing.job.operation", operation }, { "reprocessing.job.item.state", state } });

    public void LeasesAsked(int acquired, int refused)
    {
        foreach (var (outcome, count) in new[] { ("acquired", acquired), ("refused", refused) }.Where(one => one.Item2 > 0))
        {
            _leases.Add(count, Tags("reprocessing.lease.outcome", outcome));
        }
    }

    /// <summary>Measures an attempt whose end was stored just now, if it was a restart: the same report again stores nothing.</summary>
    public ChangeOutcome AttemptEnded(ChangeOutcome stored)
    {
        if (stored is ChangeOutcome.Changed { Order: { HasActiveWorkflow: false, Attempts: [.., { EndedAt: { } endedAt } attempt] } }
            && attempt is not { Number: 0, Generation: 0 })
        {
            RestartEnded(endedAt - attempt.RequestedAt, attempt.Failure?.ErrorType);
        }

        return stored;
    }

    public void StartAbandoned(OrderStart start, DateTimeOffset now)
    {
        if (!start.IsFirst)
        {
            RestartEnded(now - start.DecidedAt, ErrorType.Timeout);
        }
    }

    private void RestartEnded(TimeSpan duration, ErrorType? errorType) => _restartDuration.Record(
        Math.Max(0, duration.TotalSeconds),
        Tags("reprocessing.restart.outcome", errorType is null ? "completed" : "failed", errorType is { } type ? EnumNames.Of(type) : null));

    public void WorkflowStarted(string trigger, string? errorType) =>
        _workflowStarts.Add(1, Tags("reprocessing.start.trigger", trigger, errorType));

    public void StageCalled(TimeSpan duration, string stage, string? errorType) =>
        _stageDuration.Record(duration.TotalSeconds, Tags("reprocessing.fulfillment.stage", stage, errorType));

    public void WebhookSent(string target, string? errorType) => _webhooks.Add(1, Tags("reprocessing.webhook.target", target, errorType));

    public void MaintenanceStepTaken(TimeSpan duration, string step, string? errorType) =>
        _maintenanceSteps.Record(duration.TotalSeconds, Tags("reprocessing.maintenance.step", step, errorType));

    public void Removed(string kind, int count)
    {
        if (count > 0)
        {
            _removed.Add(count, Tags("reprocessing.retention.kind", kind));
        }
    }

    private static Counter<long> Counter(IMeterFactory meters, string name, string unit, string description) =>
        meters.Create(MeterName).CreateCounter<long>(name, unit, description);

    private static Histogram<double> Duration(IMeterFactory meters, string name, string description) =>
        meters.Create(MeterName).CreateHistogram<double>(name, "s", description);

    private static TagList Tags(string name, string value, string? errorType = null)
    {
        var tags = new TagList { { name, value } };
        if (errorType is not null)
        {
            tags.Add("error.type", errorType);
        }

        return tags;
    }
}
