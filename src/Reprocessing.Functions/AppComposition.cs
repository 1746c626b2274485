using Microsoft.Extensions.DependencyInjection.Extensions;
using Reprocessing.Functions.Samples;

namespace Reprocessing.Functions;

public static class AppComposition
{
    public static IHostApplicationBuilder AddReprocessing(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddDefaults();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddEscapedLogging()
            .AddMetrics()
            .AddTelemetry(builder.Configuration)
            .AddAllSettings()
            .AddHttp()
            .AddOutgoingHttp()
            .AddStorage()
            .AddRestarts()
            .AddFulfillment()
            .AddNotifications()
            .AddJobKinds()
            .AddMaintenance()
            .AddConstructorArguments();
        return builder;
    }

    public static IFunctionsWorkerApplicationBuilder UseReprocessing(this IFunctionsWorkerApplicationBuilder builder) =>
        builder.UseMiddleware<ProblemMiddleware>();

    /// <summary>The worker makes its serializer of these options: without them enums of inputs could not be read, nor members be named as callers know them.</summary>
    internal static IServiceCollection AddHttp(this IServiceCollection services) => services
        .Configure<JsonSerializerOptions>(AppJson.ConfigureWorker)
        .AddSettings<ApiOptions>("Api")
        .AddSingleton<ProblemMiddleware>();

    private static IServiceCollection AddEscapedLogging(this IServiceCollection services) => services
        .AddSingleton<LoggerFactory>(provider => new(
            provider.GetServices<ILoggerProvider>(), provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(), provider.GetService<IOptions<LoggerFactoryOptions>>()))
        .Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new EscapedLoggerFactory(provider.GetRequiredService<LoggerFactory>())));

    private static IServiceCollection AddAllSettings(this IServiceCollection services) => services
        .PostConfigure<ReprocessingOptions>(options => FailureStatuses.Add(FailureStatuses.ParseOwn(options.OwnFailureStatuses).Statuses))
        .AddSettings<StorageOptions>("Orders")
        .AddSettings<PlanOptions>(PlanOptions.Prefix)
        .AddSettings<ApprovalOptions>(ApprovalOptions.Prefix)
        .AddSettings<JobOptions>(JobOptions.Prefix)
        .AddSettings<ReprocessingOptions>("Reprocessing")
        .AddSettings<AlertThresholds>("Alert")
        .AddSettings<RetryOptions>(RetryOptions.Prefix)
        .AddSettings<RestartOptions>(RestartOptions.Prefix)
        .AddSettings<FulfillmentOptions>("Fulfillment")
        .AddSettings<WarehouseOptions>("Warehouse")
        .AddSettings<WorkflowOptions>("Workflow")
        .AddSettings<ResetSettings>("Reset")
        .AddSettings<NotificationOptions>(NotificationOptions.Prefix)
        .AddSettings<ImportOptions>("Import")
        .AddSettings<ExportOptions>("Export")
        .AddSettings<SamplesOptions>("Samples");

    /// <summary>Its callers count their own time, so the client has no limit of its own. The factory's log lines would tell addresses, which may hold keys.</summary>
    private static IServiceCollection AddOutgoingHttp(this IServiceCollection services)
    {
        services.AddHttpClient(nameof(OutgoingHttp), client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(OutgoingHttp.CreateHandler)
            .RemoveAllLoggers();
        return services;
    }

    private static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IOptions<StorageOptions>>().Value)
        .AddSingleton(provider => StorageConnection.Tables(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<StorageOptions>()))
        .AddSingleton(provider => StorageConnection.Blobs(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<StorageOptions>()))
        .AddReprocessingStorage()
        .AddHostedService<StorageStartup>();

    private static IServiceCollection AddRestarts(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<IOptions<RetryOptions>>().Value.ToStrategy())
        .AddSingleton<OrderWorkflowTarget>()
        .AddSingleton<IRestartTarget>(provider => provider.GetRequiredService<IOptions<RestartOptions>>().Value.Target switch
        {
            RestartTargetKind.Webhook => ActivatorUtilities.CreateInstance<WebhookRestartTarget>(provider),
            _ => provider.GetRequiredService<OrderWorkflowTarget>(),
        });

    private static IServiceCollection AddFulfillment(this IServiceCollection services) => services
        .AddSingleton<SimulatedWarehouse>()
        .AddSingleton<HttpWarehouse>()
        .AddSingleton<IWarehouse>(provider => provider.GetRequiredService<IOptions<WarehouseOptions>>().Value.BaseUrl is null
            ? provider.GetRequiredService<SimulatedWarehouse>()
            : provider.GetRequiredService<HttpWarehouse>());

    private static IServiceCollection AddNotifications(this IServiceCollection services) => services
        .AddSingleton(provider => WebhookTargets.Of(
            provider.GetRequiredService<IOptions<RestartOptions>>().Value,
            provider.GetRequiredService<IOptions<NotificationOptions>>().Value))
        .AddSingleton<INotifications, WebhookNotifications>();

    private static IServiceCollection AddJobKinds(this IServiceCollection services) => services
        .AddSingleton<DeadLetterWatch>()
        .AddJobKind<DeadLetterPlanSelector>(JobOperation.Retry)
        .AddJobKind<DeadLetterPlanSelector>(JobOperation.Resolve)
        .AddJobKind<DeadLetterPlanSelector>(JobOperation.Purge)
        .AddJobKind<FailingOrderPlanSelector>(JobOperation.Restart)
        .AddJobKind<FailingOrderPlanSelector>(JobOperation.DeadLetter)
        .AddJobKind<FailingOrderPlanSelector>(JobOperation.Cancel)
        .AddSingleton<IJobKind, ResetWorkflows>()
        .AddSingleton<IPlanSelector, WorkflowPlanSelector>()
        .AddSingleton<IWorkflowHistories, HttpWorkflowHistories>();

    private static IServiceCollection AddJobKind<TSelector>(this IServiceCollection services, JobOperation operation)
        where TSelector : class, IPlanSelector => services
        .AddSingleton<IJobKind>(provider => ActivatorUtilities.CreateInstance<DeadLetterJob>(provider, operation))
        .AddSingleton<IPlanSelector>(provider => ActivatorUtilities.CreateInstance<TSelector>(provider, operation));

    /// <summary>One instance of every class of the app that a constructor asks for, of the functions, of what is registered above, and of the classes so found.</summary>
    private static IServiceCollection AddConstructorArguments(this IServiceCollection services)
    {
        var app = typeof(AppComposition).Assembly;
        var toSearch = new Stack<Type>(app.GetTypes().Where(type => !type.IsNested && type.GetMethods().Any(method => method.IsDefined(typeof(FunctionAttribute), inherit: false))));
        services.Select(service => service.ImplementationType).OfType<Type>().Where(type => type.Assembly == app).ToList().ForEach(toSearch.Push);
        while (toSearch.TryPop(out var type))
        {
            foreach (var argument in type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType))
            {
                if (argument is { IsClass: true } && argument.Assembly == app && services.All(service => service.ServiceType != argument))
                {
                    services.AddSingleton(argument);
                    toSearch.Push(argument);
                }
            }
        }

        return services;
    }
}
