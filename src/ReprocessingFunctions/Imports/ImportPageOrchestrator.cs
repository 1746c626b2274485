using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Reprocessing.Domain.Imports;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Imports;

/// <summary>One page: look up what belongs to its orders, then store them. Both are long and tell how far they are.</summary>
internal static class ImportPageOrchestrator
{
    /// <summary>Some minutes of waiting: a page that cannot be stored ends its import.</summary>
    private const int SaveAttempts = 12;

    [Function(nameof(ImportPageOrchestrator))]
    public static async Task<ImportCounts> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var work = context.GetInput<ImportPageWork>() ?? throw new ArgumentException($"{nameof(ImportPageOrchestrator)} needs an input.");
        var policy = HeartbeatPolicy.After(work.Silence);
        if (work.IsEnriching)
        {
            await EnrichAsync(context, work, policy);
        }

        return await context.CallWithHeartbeatAsync<ImportCounts>(
            nameof(SaveImportPage), ticket => new ImportPageCall(work, ticket), policy with { Attempts = SaveAttempts });
    }

    private static async Task EnrichAsync(TaskOrchestrationContext context, ImportPageWork work, HeartbeatPolicy policy)
    {
        try
        {
            await context.CallWithHeartbeatAsync<int>(nameof(EnrichImportPage), ticket => new ImportPageCall(work, ticket), policy);
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            // The orders are worth more than what there is to know about them: they are stored without.
            context.CreateReplaySafeLogger(nameof(ImportPageOrchestrator)).PageNotEnriched(work.ImportId, work.Number, e.Message);
        }
    }
}
