namespace ReprocessingFunctions.Jobs.Activities;

internal sealed record ReadJobControlInput(string JobId);

/// <param name="Control">Null when there is no such job.</param>
internal sealed record StoredControl(JobControl? Control);

/// <summary>What operators want of a job now, for one that hears of it in no other way because it is paused.</summary>
internal sealed class ReadJobControl(IJobStore jobs)
{
    [Function(nameof(ReadJobControl))]
    public async Task<StoredControl> RunAsync([ActivityTrigger] ReadJobControlInput input, CancellationToken cancellationToken) =>
        new((await jobs.GetAsync(input.JobId, cancellationToken))?.Control);
}
