using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Plans;

/// <summary>One plan with a sample of its items, read from where they are stored: what is shown is what will run.</summary>
internal sealed class PlanViews(IJobStore jobs, TimeProvider time)
{
    private const int SampleSize = 100;

    public async Task<PlanAnswer> ShowAsync(PlanRecord plan, CancellationToken cancellationToken, double? itemsPerSecond = null)
    {
        // Once the plan was applied its items are in whatever state the job has brought them to.
        ItemState? state = plan.JobId is null ? ItemState.Pending : null;
        var page = await jobs.ListItemsAsync(plan.PlanId, state, SampleSize, token: null, cancellationToken);
        return PlanAnswer.Of(plan, time.GetUtcNow(), [.. page.Items.Where(item => item.IsEligible)], itemsPerSecond);
    }
}
