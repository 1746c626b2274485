using Microsoft.Extensions.Hosting;
using ReprocessingFunctions.DeadLetters;
using ReprocessingFunctions.DeadLetters.Reports;
using ReprocessingFunctions.Exports;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Imports;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Jobs.Requests;
using ReprocessingFunctions.Notices;
using ReprocessingFunctions.Observability;
using ReprocessingFunctions.Orchestration;
using ReprocessingFunctions.Plans;
using ReprocessingFunctions.Resets;
using ReprocessingFunctions.Restarts;
using ReprocessingFunctions.Runs;
using ReprocessingFunctions.Samples;
using ReprocessingFunctions.Settings;
using ReprocessingFunctions.Tables;
using ReprocessingFunctions.Webhooks;
using ReprocessingFunctions.Workflows;

namespace ReprocessingFunctions;

/// <summary>What the app is made of, a room a line.</summary>
public static class AppComposition
{
    public static IHostApplicationBuilder AddReprocessing(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddDefaults();
        builder.Services
            .AddObservability()
            .AddHttp()
            .AddTables()
            .AddJobs()
            .AddOrchestration()
            .AddRuns()
            .AddOutcomes()
            .AddPlans()
            .AddJobRequests()
            .AddRestarts()
            .AddDeadLetters()
            .AddDeadLetterReports()
            .AddWorkflows()
            .AddResets()
            .AddFulfillment()
            .AddSamples()
            .AddWebhooks()
            .AddNotices()
            .AddImports()
            .AddExports();
        return builder;
    }
}
