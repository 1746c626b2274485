using Microsoft.Extensions.DependencyInjection;
using Reprocessing.Storage.Maintenance;
using Reprocessing.Storage.Reprocessing;

namespace Reprocessing.Storage;

public static class StorageServices
{
    /// <summary>The app brings clients of tables and blobs, <see cref="StorageOptions"/>, a clock and logging, and creates the tables and the container.</summary>
    public static IServiceCollection AddReprocessingStorage(this IServiceCollection services)
    {
        services.AddSingleton<StorageTables>();
        services.AddSingleton<DueRowCache>();
        services.AddSingleton<OrderCache>();
        services.AddSingleton<IOrderStore, OrderStore>();
        services.AddSingleton<PayloadFilter>();
        services.AddSingleton<OrderList>();
        services.AddSingleton<IDueOrders, DueOrders>();
        services.AddSingleton<IReprocessor, Reprocessor>();
        services.AddSingleton<IPendingStarts, PendingStarts>();
        services.AddSingleton<PendingNotifications>();
        services.AddSingleton<AlertStore>();
        services.AddSingleton<IDeadLetters, DeadLetterStore>();
        services.AddSingleton<IDeadLetterCommands, DeadLetterCommands>();
        services.AddSingleton<FailureGroupMarks>();
        services.AddSingleton<IDeadLetterCounter, DeadLetterCounter>();
        services.AddSingleton<IFailureGroups, FailureGroupStore>();
        services.AddSingleton<ILeases, LeaseStore>();
        services.AddSingleton<IResultStore, ResultStore>();
        services.AddSingleton<ScheduleStore>();
        services.AddSingleton<StatisticsHistory>();
        services.AddSingleton<IJobStore, JobStore>();
        services.AddSingleton<IPlanStore, PlanStore>();
        services.AddSingleton<IRequestKeys, RequestKeys>();
        services.AddSingleton<IAuditLog, AuditLog>();
        services.AddSingleton<IWorkflowIndex, WorkflowIndex>();
        services.AddSingleton<IOutcomeProjection, OutcomeProjection>();
        services.AddSingleton<IResetStore, ResetStore>();
        services.AddSingleton<MaintenanceState>();
        services.AddSingleton<RetentionStore>();
        services.AddSingleton<TransferBlobs>();
        services.AddSingleton(typeof(TransferStore<>));
        services.AddSingleton<ImportPages>();
        services.AddSingleton<OrderScan>();
        services.AddSingleton<ExportPages>();
        return services;
    }
}
