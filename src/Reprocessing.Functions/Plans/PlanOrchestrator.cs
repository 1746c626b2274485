namespace Reprocessing.Functions.Plans;

/// <summary>Prepares a large plan page by page. The items are in the plan's rows; the history holds cursors alone, and begins anew every twenty pages.</summary>
internal static class PlanOrchestrator
{
    [Function(nameof(PlanOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var at = context.GetInput<PlanInput>() ?? throw new ArgumentException($"{nameof(PlanOrchestrator)} needs an input.");
        for (var page = 0; page < TransferCalls.PagesAGeneration; page++)
        {
            if (await PrepareAsync(context, at) is not { } next)
            {
                return;
            }

            at = next;
        }

        context.ContinueAsNew(at);
    }

    private static async Task<PlanInput?> PrepareAsync(TaskOrchestrationContext context, PlanInput at)
    {
        try
        {
            return await context.CallActivityAsync<PlanInput?>(nameof(PreparePlan), at, TransferCalls.Page);
        }
        catch (TaskFailedException e)
        {
            var failed = at with { Failure = e.FailureDetails.ErrorMessage };
            return await context.CallActivityAsync<PlanInput?>(nameof(PreparePlan), failed, TransferCalls.Storage);
        }
    }
}

internal sealed record PlanInput(string PlanId, string? Cursor = null, int Selected = 0, string? Failure = null);

internal sealed class PreparePlan(PlanMaker maker, TimeProvider time)
{
    private static readonly TimeSpan PageLimit = TimeSpan.FromMinutes(5);

    [Function(nameof(PreparePlan))]
    public async Task<PlanInput?> RunAsync([ActivityTrigger] PlanInput at, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (at.Failure is { } reason)
        {
            await maker.FailAsync(at.PlanId, reason, cancellationToken);
            return null;
        }

        return await TimeLimit.RunAsync(PageLimit, time, token => maker.PrepareAsync(at, client, token), cancellationToken);
    }
}
