using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Reprocessing.Storage;
using ReprocessingFunctions.Exports;
using ReprocessingFunctions.FailureGroups;
using ReprocessingFunctions.Fulfillment;
using ReprocessingFunctions.Fulfillment.Warehouse;
using ReprocessingFunctions.Imports;
using ReprocessingFunctions.Resets;
using ReprocessingFunctions.Samples;
using ReprocessingFunctions.Tables;

namespace ReprocessingFunctions;

/// <summary>What the app is made of, a feature a method.</summary>
public static class AppComposition
{
    public static IHostApplicationBuilder AddReprocessing(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddDefaults();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddObservability()
            .AddHttp()
            .AddStorage()
            .AddJobs()
            .AddRuns()
            .AddRestarts()
            .AddDeadLetters()
            .AddWorkflows()
            .AddResets()
            .AddFulfillment()
            .AddWebhooks()
            .AddImports()
            .AddExports()
            .AddSettings<SamplesOptions>(SamplesOptions.Prefix);
        return builder;
    }

    /// <summary>What the worker runs around the app's functions.</summary>
    public static IFunctionsWorkerApplicationBuilder UseReprocessing(this IFunctionsWorkerApplicationBuilder builder) =>
        builder.UseMiddleware<ProblemMiddleware>();

    /// <summary>The worker makes its serializer of these options: without them enums of inputs could not be read, nor members be named as callers know them.</summary>
    internal static IServiceCollection AddHttp(this IServiceCollection services) => services
        .Configure<JsonSerializerOptions>(AppJson.ConfigureWorker)
        .AddSingleton<ProblemMiddleware>();

    internal static SocketsHttpHandler CreateWebhookHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private static IServiceCollection AddObservability(this IServiceCollection services) => services
        .AddMetrics()
        .AddSingleton<ReprocessingMetrics>()
        .AddSingleton<DeadLetterMetrics>();

    private static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddSettings<StorageOptions>("Orders")
        .AddSingleton(provider => provider.GetRequiredService<IOptions<StorageOptions>>().Value)
        .AddSingleton(provider => StorageConnection.Tables(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton(provider => StorageConnection.Blobs(provider.GetRequiredService<IConfiguration>()))
        .AddReprocessingStorage()
        .AddHostedService<StorageStartup>();

    private static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSettings<PlanOptions>(PlanOptions.Prefix)
        .AddSingleton<PlanMaker>()
        .AddSingleton<PlanRequests>()
        .AddSingleton<PlanViews>()
        .AddSettings<JobOptions>(JobOptions.Prefix)
        .AddSettings<JobRequestOptions>(JobRequestOptions.Prefix)
        .AddSettings<OutcomeOptions>(OutcomeOptions.Prefix)
        .AddSingleton<JobKinds>()
        .AddSingleton<JobUpdates>()
        .AddSingleton<JobCount>()
        .AddSingleton<JobEnding>()
        .AddSingleton<IncompleteItems>()
        .AddSingleton<JobReconciler>()
        .AddSingleton<JobControlSender>()
        .AddSingleton<ItemRecorder>()
        .AddSingleton<ItemLog>()
        .AddSingleton<JobStarter>()
        .AddSingleton<JobRequests>()
        .AddSingleton<JobControls>()
        .AddSingleton<FreshOutcomes>()
        .AddSingleton<JobViews>();

    private static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSettings<ReprocessingOptions>(ReprocessingOptions.Prefix)
        .AddSettings<AlertOptions>(AlertOptions.Prefix)
        .AddSingleton<DueCount>()
        .AddSingleton<RunStarter>()
        .AddSingleton<RunCompletion>()
        .AddSingleton<InterruptedStarts>()
        .AddSingleton<AbandonedRuns>();

    private static IServiceCollection AddRestarts(this IServiceCollection services) => services
        .AddSettings<RetryOptions>(RetryOptions.Prefix)
        .AddSettings<RestartOptions>(RestartOptions.Prefix)
        .AddSingleton(provider => provider.GetRequiredService<IOptions<RetryOptions>>().Value.ToStrategy())
        .AddSingleton<OrderWorkflowTarget>()
        .AddSingleton<IRestartTarget>(provider => provider.GetRequiredService<IOptions<RestartOptions>>().Value.Target switch
        {
            RestartTargetKind.Webhook => ActivatorUtilities.CreateInstance<WebhookRestartTarget>(provider),
            _ => provider.GetRequiredService<OrderWorkflowTarget>(),
        })
        .AddSingleton<RestartStarter>();

    private static IServiceCollection AddFulfillment(this IServiceCollection services)
    {
        // The warehouse counts its own time; the client's default of 100 seconds would cut it short.
        services.AddHttpClient(HttpWarehouse.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
        return services
            .AddSettings<FulfillmentOptions>(FulfillmentOptions.Prefix)
            .AddSettings<WarehouseOptions>(WarehouseOptions.Prefix)
            .AddSingleton<SimulatedWarehouse>()
            .AddSingleton<HttpWarehouse>()
            .AddSingleton<IWarehouse>(provider => provider.GetRequiredService<IOptions<WarehouseOptions>>().Value.BaseUrl is null
                ? provider.GetRequiredService<SimulatedWarehouse>()
                : provider.GetRequiredService<HttpWarehouse>());
    }

    private static IServiceCollection AddDeadLetters(this IServiceCollection services) => services
        .AddSettings<StatisticsOptions>(StatisticsOptions.Prefix)
        .AddSingleton<IJobKind, RetryDeadLetters>()
        .AddSingleton<IJobKind, ResolveDeadLetters>()
        .AddSingleton<IJobKind, PurgeDeadLetters>()
        .AddSingleton<DeadLetterItems>()
        .AddSingleton<DeadLetterWatch>()
        .AddSingleton<DeadLetterAudit>()
        .AddSingleton<DeadLetterResponses>()
        .AddSingleton<OrderAudit>()
        .AddSingleton<GroupRetries>()
        .AddSelector<DeadLetterRetryPolicy>()
        .AddSelector<DeadLetterResolvePolicy>()
        .AddSelector<DeadLetterPurgePolicy>();

    private static IServiceCollection AddSelector<TPolicy>(this IServiceCollection services)
        where TPolicy : IDeadLetterPolicy, new() => services
        .AddSingleton<IPlanSelector>(provider => ActivatorUtilities.CreateInstance<DeadLetterPlanSelector>(provider, new TPolicy()));

    private static IServiceCollection AddWorkflows(this IServiceCollection services) => services
        .AddSettings<WorkflowOptions>(WorkflowOptions.Prefix)
        .AddSingleton<WorkflowCheck>()
        .AddSingleton<WorkflowReconciler>()
        .AddSingleton<WorkflowStarter>()
        .AddSingleton<InstanceBeginning>();

    private static IServiceCollection AddResets(this IServiceCollection services)
    {
        // The settings count the time; and the address holds the host's key, which is for no log.
        services.AddHttpClient(HttpWorkflowHistories.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan).RemoveAllLoggers();
        return services
            .AddSettings<ResetSettings>(ResetSettings.Prefix)
            .AddSingleton<IWorkflowHistories, HttpWorkflowHistories>()
            .AddSingleton<WorkflowInspector>()
            .AddSingleton<WorkflowTerminator>()
            .AddSingleton<DrainBarrier>()
            .AddSingleton<EventReplay>()
            .AddSingleton<ResetRecorder>()
            .AddSingleton<ResetCapture>()
            .AddSingleton<InstanceReset>()
            .AddSingleton<ItemReset>()
            .AddSingleton<OrderWorkflowReset>()
            .AddSingleton<IJobKind, ResetWorkflows>()
            .AddSingleton<IPlanSelector, WorkflowPlanSelector>();
    }

    private static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        // The sender counts its own time. The factory's own log lines would tell addresses, and an address may be a secret.
        services.AddHttpClient(WebhookSender.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(CreateWebhookHandler)
            .RemoveAllLoggers();
        return services
            .AddSettings<NotificationOptions>(NotificationOptions.Prefix)
            .AddSingleton<WebhookSender>()
            .AddSingleton(provider => WebhookTargets.Of(
                provider.GetRequiredService<IOptions<RestartOptions>>().Value,
                provider.GetRequiredService<IOptions<NotificationOptions>>().Value))
            .AddSingleton<WebhookNotifications>()
            .AddSingleton<INotifications>(provider => provider.GetRequiredService<WebhookNotifications>());
    }

    private static IServiceCollection AddImports(this IServiceCollection services)
    {
        // Lookups count their own time; the client's default of 100 seconds would be another limit.
        services.AddHttpClient(EnrichmentLookup.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
        return services
            .AddSettings<ImportOptions>(ImportOptions.Prefix)
            .AddSingleton<ImportSource>()
            .AddSingleton<ImportStarter>()
            .AddSingleton(typeof(TransferSteps<>))
            .AddSingleton<PageWatch>()
            .AddSingleton<EnrichmentLookup>();
    }

    private static IServiceCollection AddExports(this IServiceCollection services) => services
        .AddSettings<ExportOptions>(ExportOptions.Prefix)
        .AddSingleton<ExportStarter>()
        .AddSingleton<OrderPageWriter>();
}
