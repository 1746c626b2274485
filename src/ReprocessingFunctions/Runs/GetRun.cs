namespace ReprocessingFunctions.Runs;

/// <summary>One run, with its progress while it is running.</summary>
internal sealed class GetRun(IResultStore results, HttpEndpoint endpoint)
{
    [Function(nameof(GetRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reprocessing/runs/{runId}")] HttpRequestData request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => endpoint.RunAsync(
            request,
            async () => await FindAsync(runId, client, cancellationToken) is { } run
                ? await request.OkAsync(run, cancellationToken)
                : await request.ProblemAsync(Problems.NotFound("run", runId), cancellationToken),
            cancellationToken);

    private async Task<RunAnswer?> FindAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!RunIds.TryGetStart(runId, out var startedAt)
            || await results.GetAsync(runId, startedAt, cancellationToken) is not { } record)
        {
            return null;
        }

        return RunAnswer.Of(record, record.State == RunState.Running ? await ReadLiveAsync(client, runId, cancellationToken) : null);
    }

    /// <summary>The batch says which child is at work, and the child how far it is.</summary>
    private static async Task<JobStatus?> ReadLiveAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        var batch = await client.GetInstanceAsync(RunStarter.InstanceId, getInputsAndOutputs: true, cancellationToken);
        if (batch.ReadRunStatus() is not { ChildInstanceId: { } childId, RunId: var running } || running != runId)
        {
            return null;
        }

        var child = await client.GetInstanceAsync(childId, getInputsAndOutputs: true, cancellationToken);
        return child.ReadJobStatus();
    }
}
