using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Resets;
using Reprocessing.Storage.DeadLetters;

namespace Reprocessing.Storage.Resets;

internal sealed class OrderResets(StorageTables tables, TimeProvider time) : IOrderResets
{
    private readonly DeedRunner _runner = new(tables);

    public Task<IReadOnlyList<ActedItem>> ResetAsync(
        Act act, ResetRule rule, IReadOnlyList<OrderReset> workflows, CancellationToken cancellationToken) => _runner.RunAsync(
            [.. workflows.Select(workflow => new ItemRef(workflow.OrderId, workflow.WorkflowId))],
            withInput: true,
            new ResetDeed(act, rule, time.GetUtcNow()).Decide,
            cancellationToken);
}
