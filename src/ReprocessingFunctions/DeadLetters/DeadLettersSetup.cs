using Microsoft.Extensions.DependencyInjection;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.DeadLetters.Bulk;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.Orders;

namespace ReprocessingFunctions.DeadLetters;

internal static class DeadLettersSetup
{
    public static IServiceCollection AddDeadLetters(this IServiceCollection services) => services
        .AddSingleton<IJobKind, RetryDeadLetters>()
        .AddSingleton<IJobKind, ResolveDeadLetters>()
        .AddSingleton<IJobKind, PurgeDeadLetters>()
        .AddSingleton<DeadLetterItems>()
        .AddSingleton<DeadLetterWatch>()
        .AddSingleton<DeadLetterAudit>()
        .AddSingleton<DeadLetterDeeds>()
        .AddSingleton<OrderAudit>()
        .AddSelector<RetryPolicy>()
        .AddSelector<ResolvePolicy>()
        .AddSelector<PurgePolicy>();

    private static IServiceCollection AddSelector<TPolicy>(this IServiceCollection services)
        where TPolicy : IDeadLetterPolicy, new() => services
        .AddSingleton<IPlanSelector>(provider => new DeadLetterPlanSelector(
            new TPolicy(), provider.GetRequiredService<IDeadLetters>(), provider.GetRequiredService<TimeProvider>()));
}
