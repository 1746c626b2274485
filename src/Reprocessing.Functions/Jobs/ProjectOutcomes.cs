namespace Reprocessing.Functions.Jobs;

/// <summary>Projects the ends of restarted workflows to the jobs and runs that asked for them, and workflow events to the workflow index.</summary>
internal sealed class ProjectOutcomes(IOutcomeProjection outcomes, IWorkflowIndex workflows, ILogger<ProjectOutcomes> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var count = await outcomes.ProjectAsync(cancellationToken);
        if (count > 0)
        {
            logger.OutcomesProjected(count);
        }

        await workflows.ProjectAsync(cancellationToken);
    }
}

/// <summary>Projecting asks every shard, so it is done only for a job that still has items running, by one caller at a time and not again within two seconds.</summary>
internal sealed class FreshOutcomes(IJobStore jobs, IOutcomeProjection outcomes, TimeProvider time, ILogger<FreshOutcomes> logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _projecting = new(1, 1);
    private long? _projectedAt;

    public async Task<OutcomeCounts> GetAsync(string jobId, CancellationToken cancellationToken)
    {
        var counts = await jobs.GetOutcomesAsync(jobId, cancellationToken);
        return counts.Running > 0 && await ProjectAsync(jobId, cancellationToken)
            ? await jobs.GetOutcomesAsync(jobId, cancellationToken)
            : counts;
    }

    public void Dispose() => _projecting.Dispose();

    /// <summary>Whether there was something to project. That it failed is no reason not to show the job.</summary>
    private async Task<bool> ProjectAsync(string jobId, CancellationToken cancellationToken)
    {
        if (!await _projecting.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return false;
        }

        try
        {
            if (_projectedAt is { } projectedAt && time.GetElapsedTime(projectedAt) < Pause)
            {
                return false;
            }

            var projected = await outcomes.ProjectAsync(cancellationToken);
            _projectedAt = time.GetTimestamp();
            return projected > 0;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.OutcomesNotFresh(e, jobId);
            return false;
        }
        finally
        {
            _projecting.Release();
        }
    }
}
