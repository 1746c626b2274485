using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage.Results;

namespace ReprocessingFunctions.Runs;

internal sealed record PlanRunInput(string RunId, DateTimeOffset StartedAt, int? MaxOrders, RunTrigger Trigger);

/// <summary>
/// Reads the settings into the run's input, so that an orchestrator reads none and a run keeps to what it began with; counts
/// what is due, so that progress has a whole; and lists the run as running, and no other.
/// </summary>
internal sealed class PlanRun(IOptions<ReprocessingOptions> options, DueCount due, IResultStore results, AbandonedRuns abandoned)
{
    private readonly ReprocessingOptions _options = options.Value;

    [Function(nameof(PlanRun))]
    public async Task<ReprocessingOrchestrationInput> RunAsync(
        [ActivityTrigger] PlanRunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await abandoned.CloseAsync(client, input.RunId, cancellationToken);

        // A start over HTTP was checked before; one through the management API was not.
        var cap = input.MaxOrders is > 0 and var asked ? Math.Min(asked, _options.MaxOrders) : _options.BatchSize;
        var plan = new ReprocessingOrchestrationInput(
            input.RunId,
            _options.FailureStatusList,
            _options.MaxRetries,
            cap,
            new ReprocessingResult(input.StartedAt),
            ContinuationCount: 0,
            input.StartedAt,
            input.StartedAt + _options.RunTimeout,
            new(_options.Parallelism, _options.ChunkSize, _options.QueryTimeout, _options.ProcessTimeout));
        await results.SaveAsync(
            new(input.RunId, input.StartedAt, StableNames.Of(input.Trigger), cap, RunState.Running, plan.AccumulatedResult), cancellationToken);
        return plan with { Expected = await due.TryCountAsync(plan.Rule, cap, cancellationToken) };
    }
}
