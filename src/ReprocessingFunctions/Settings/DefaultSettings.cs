using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using ReprocessingFunctions.DeadLetters.Reports;
using ReprocessingFunctions.Exports;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Jobs.Requests;
using ReprocessingFunctions.Notices;
using ReprocessingFunctions.Runs;
using ReprocessingFunctions.Workflows;

namespace ReprocessingFunctions.Settings;

internal static class DefaultSettings
{
    /// <summary>
    /// A schedule is not read by the app but named by its trigger: a host that takes the app's configuration finds its default
    /// here, below everything else. The Functions host takes app settings only and needs it among them.
    /// </summary>
    public static void AddDefaults(this IConfigurationBuilder configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData =
        [
            new($"{ReprocessingOptions.Prefix}{nameof(ReprocessingOptions.Schedule)}", new ReprocessingOptions().Schedule),
            new(OutcomeOptions.ScheduleSetting, new OutcomeOptions().Schedule),
            new(CensusOptions.ScheduleSetting, new CensusOptions().Schedule),
            new(JobRequestOptions.ScheduleSetting, new JobRequestOptions().StartSchedule),
            new(ExportOptions.ScheduleSetting, new ExportOptions().SweepSchedule),
            new(WorkflowOptions.ScheduleSetting, new WorkflowOptions().CheckSchedule),
            new($"{NoticeOptions.Prefix}{nameof(NoticeOptions.Schedule)}", new NoticeOptions().Schedule),
        ],
    });
}
