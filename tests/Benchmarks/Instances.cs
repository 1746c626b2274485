using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;

namespace Benchmarks;

/// <param name="RestartSeconds">From the run's start to that of the last workflow.</param>
/// <param name="EndedShare">Of the workflows, when the run ended, which reports its result.</param>
internal sealed record RunFigures(double RestartSeconds, double EndedShare);

/// <param name="Run">Null where there is no run.</param>
/// <param name="WorkflowSeconds">From the run's start, or from that of the first workflow, to the end of the last workflow.</param>
internal sealed record RunTimes(RunFigures? Run, double WorkflowSeconds);

/// <summary>The times of runs and workflows as the engine records them, alike for every app.</summary>
internal sealed class Instances(TableClient table, Scenario scenario)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits until a run and its workflows that have begun after a time are over.</summary>
    /// <exception cref="InvalidOperationException">One of them failed, or none of them went on for too long.</exception>
    public async Task<RunTimes> WaitAsync(DateTimeOffset startedAt, int workflows, TimeSpan progressLimit, CancellationToken cancellationToken)
    {
        var asked = new Stopwatch();
        var unchanged = Stopwatch.StartNew();
        var before = -1;
        while (true)
        {
            asked.Restart();
            var completed = await FindAsync(scenario.Workflow, startedAt, cancellationToken);
            var run = scenario.Run is null ? completed : await FindAsync(scenario.Run, startedAt, cancellationToken);
            if (completed.Count == workflows && run.Count > 0)
            {
                var begin = run.Min(instance => instance.CreatedAt);
                var end = run.Max(instance => instance.EndedAt);
                return new(
                    scenario.Run is null ? null : new(
                        (completed.Max(instance => instance.CreatedAt) - begin).TotalSeconds,
                        (double)completed.Count(instance => instance.EndedAt <= end) / workflows),
                    (completed.Max(instance => instance.EndedAt) - begin).TotalSeconds);
            }

            if (completed.Count + run.Count != before)
            {
                before = completed.Count + run.Count;
                unchanged.Restart();
            }
            else if (unchanged.Elapsed > progressLimit)
            {
                throw new InvalidOperationException($"{completed.Count} of {workflows} workflows completed, and no more in {progressLimit}.");
            }

            // The emulator looks at every row for the answer: asking must stay a small part of what it does.
            await Task.Delay(asked.Elapsed * 20 > Pause ? asked.Elapsed * 20 : Pause, cancellationToken);
        }
    }

    private async Task<List<(DateTimeOffset CreatedAt, DateTimeOffset EndedAt)>> FindAsync(
        string orchestrator, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        List<(DateTimeOffset, DateTimeOffset)> completed = [];
        var ended = TableClient.CreateQueryFilter(
            $"Name eq {orchestrator} and CreatedTime ge {startedAt} and (RuntimeStatus eq 'Completed' or RuntimeStatus eq 'Failed' or RuntimeStatus eq 'Terminated')");
        await foreach (var row in table.QueryAsync<TableEntity>(ended, 1_000, ["RuntimeStatus", "CreatedTime", "CompletedTime"], cancellationToken))
        {
            if (row.GetString("RuntimeStatus") != "Completed")
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture, $"{orchestrator} {row.PartitionKey} is {row.GetString("RuntimeStatus")}."));
            }

            completed.Add((row.GetDateTimeOffset("CreatedTime")!.Value, row.GetDateTimeOffset("CompletedTime")!.Value));
        }

        return completed;
    }
}
