using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Activities;

/// <summary>The pause that a job asks for itself: a step of its ramp failed too often. Resuming it is an operator's decision.</summary>
internal sealed class PauseJob(IJobStore jobs, IAuditLog audit, TimeProvider time, ILogger<PauseJob> logger)
{
    public const string Reason = "ramp_threshold";

    private const string Actor = "system";

    [Function(nameof(PauseJob))]
    public async Task<StoredControl> RunAsync([ActivityTrigger] ReadJobControlInput input, CancellationToken cancellationToken)
    {
        var paused = await jobs.EditAsync(input.JobId, Pause, cancellationToken);
        if (paused is { Control: { Demand: JobDemand.Pause, Version: var version }, StateReason: Reason })
        {
            var eventId = string.Create(CultureInfo.InvariantCulture, $"{input.JobId}-paused-{version}");
            await audit.AddAsync(new(eventId, time.GetUtcNow(), Actor, "job.paused", input.JobId) { Reason = Reason }, cancellationToken);
            logger.JobPausedItself(input.JobId, Reason);
        }

        return new(paused?.Control);
    }

    /// <summary>Called again after a crash it finds its own pause; an operator's pause or cancel stands.</summary>
    private static JobRecord? Pause(JobRecord job) => job.State.HasEnded() || job.Control.Demand != JobDemand.Run ? null : job with
    {
        State = JobState.Paused,
        StateReason = Reason,
        Control = job.Control with { Version = job.Control.Version + 1, Demand = JobDemand.Pause },
    };
}
