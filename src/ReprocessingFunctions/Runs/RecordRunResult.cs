using Reprocessing.Domain.Decisions;

namespace ReprocessingFunctions.Runs;

internal sealed record RecordRunResultInput(
    ReprocessingRule Rule, RunTrigger Trigger, int Cap, ReprocessingResult Result, string? Error);

/// <summary>Keeps the result of a run, whole or partial, and raises the alerts that it gives cause for.</summary>
internal sealed class RecordRunResult(
    IResultStore results,
    DueCount due,
    IOptions<AlertOptions> options,
    INotices notices,
    ReprocessingMetrics metrics,
    ILogger<RecordRunResult> logger)
{
    private readonly AlertThresholds _thresholds = options.Value.ToThresholds();

    [Function(nameof(RecordRunResult))]
    public async Task<bool> RunAsync(
        [ActivityTrigger] RecordRunResultInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var (runId, result) = (input.Rule.RunId, input.Result);
        var alerts = await EvaluateAsync(input, cancellationToken);
        var state = input.Error is null ? RunState.Completed : RunState.Failed;
        await results.SaveAsync(
            new(runId, result.ProcessedAt, EnumNames.Of(input.Trigger), input.Cap, state, result) { Error = input.Error, Alerts = alerts },
            cancellationToken);
        await notices.AlertedAsync(client, runId, alerts, result.CompletedAt ?? result.ProcessedAt, cancellationToken);

        foreach (var alert in alerts)
        {
            logger.AlertRaised(runId, EnumNames.Of(alert.Kind), alert.Message);
            metrics.AlertRaised(EnumNames.Of(alert.Kind));
        }

        if (!result.IsBalanced)
        {
            logger.RunUnbalanced(runId, result.ToString());
        }

        metrics.RunEnded((result.CompletedAt ?? result.ProcessedAt) - result.ProcessedAt, EnumNames.Of(state), input.Error is null ? null : "run_failed");
        TellEnd(input);
        return true;
    }

    private async Task<IReadOnlyList<Alert>> EvaluateAsync(RecordRunResultInput input, CancellationToken cancellationToken)
    {
        var earlier = await results.ListAsync(_thresholds.FullRuns + 1, token: null, cancellationToken);
        if (earlier.Items.FirstOrDefault(run => run.RunId == input.Rule.RunId && run.State != RunState.Running) is { } recorded)
        {
            // An execution whose answer was lost has raised them; measured anew they might be others, and somebody was told.
            return recorded.Alerts;
        }

        var loads = earlier.Items
            .Where(run => run.RunId != input.Rule.RunId)
            .Select(run => new RunLoad(run.Result.FoundCount, run.Cap))
            .Prepend(new(input.Result.FoundCount, input.Cap));
        var waiting = await due.TryCountAsync(input.Rule, _thresholds.Backlog + 1, cancellationToken);
        return AlertRules.Evaluate(input.Result, AlertRules.FullRunsInARow(loads), waiting ?? 0, _thresholds);
    }

    private void TellEnd(RecordRunResultInput input)
    {
        var (runId, result) = (input.Rule.RunId, input.Result);
        if (input.Error is { } error)
        {
            logger.RunFailed(runId, result.FoundCount, error);
            return;
        }

        logger.RunCompleted(runId, result.FoundCount, result.RestartedCount, result.DlqCount, result.ErrorCount, result.SkippedCount);
    }
}
