using System.ComponentModel;
using Microsoft.Azure.Functions.Worker;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>A job that has been made, and the platform's own addresses of its orchestration.</summary>
internal sealed record StartedJobAnswer(
    string JobId,
    string? PlanId,
    JobOperation Operation,
    JobState State,
    int? TotalItems,
    string? Id,
    string? StatusQueryGetUri,
    string? SendEventPostUri,
    string? TerminatePostUri,
    string? SuspendPostUri,
    string? ResumePostUri,
    string? RestartPostUri,
    string? PurgeHistoryDeleteUri)
{
    [Description("What was said and has no effect; absent when there is nothing.")]
    public IReadOnlyList<string>? Warnings { get; init; }

    public static StartedJobAnswer Of(JobRecord job, HttpManagementPayload payload) => new(
        job.JobId,
        job.PlanId,
        job.Operation,
        job.State,
        job.TotalItems,
        payload.Id,
        payload.StatusQueryGetUri,
        payload.SendEventPostUri,
        payload.TerminatePostUri,
        payload.SuspendPostUri,
        payload.ResumePostUri,
        payload.RestartPostUri,
        payload.PurgeHistoryDeleteUri)
    {
        Warnings = JobWarnings.Of(job.Options, job.WaitForOutcome, job.Ramp),
    };
}
