using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Decisions;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.Reprocessing;

/// <summary>Decides on an order's due row, and says which rows carry the decision out.</summary>
internal sealed class ReprocessingPlanner(StorageTables tables, TimeProvider time)
{
    public async Task<ReprocessingPlan> PlanAsync(ReprocessingRule rule, TableEntity dueRow, CancellationToken cancellationToken)
    {
        var due = OrderRows.ReadDue(dueRow);
        var now = time.GetUtcNow();
        return rule.Decide(due.Order, now) switch
        {
            ReprocessingDecision.Restart => await RestartAsync(due, rule.RunId, now, cancellationToken),
            ReprocessingDecision.DeadLetter => await DeadLetterAsync(due, rule.RunId, now, cancellationToken),
            _ => new ReprocessingPlan.LookAgain(),
        };
    }

    private async Task<ReprocessingPlan> RestartAsync(StoredOrder due, string runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (OrderTransitions.Restart(due.Order, runId, now) is not Transition.Applied applied)
        {
            return new ReprocessingPlan.LookAgain();
        }

        if (due.InputText is null)
        {
            var stored = await OrderReader.ReadAsync(tables, due.Order.OrderId, withInput: true, cancellationToken);
            if (stored is null)
            {
                return new ReprocessingPlan.LookAgain();
            }

            due = due with { InputText = stored.InputText };
        }

        // Read before anything is stored: an order that cannot be started must not be restarted.
        var start = due.StartOf(applied.Order);
        return ReprocessingPlan.Store(
            new OrderOutcome.Restarted(due.Order.OrderId, start.WorkflowId, start),
            Change(due, applied).Actions());
    }

    private async Task<ReprocessingPlan> DeadLetterAsync(StoredOrder due, string runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (OrderTransitions.DeadLetter(due.Order, runId, now) is not Transition.Applied applied)
        {
            return new ReprocessingPlan.LookAgain();
        }

        var earlier = await DeadLetterReader.ReadAsync(tables, due.Order, cancellationToken);
        List<TableTransactionAction> actions =
        [
            .. Change(due, applied).Actions(),
            .. DeadLetterChange.Move(tables.PartitionOf(due.Order.OrderId), earlier, DeadLetterEntry.Of(applied.Order)),
        ];
        return ReprocessingPlan.Store(new OrderOutcome.DeadLettered(due.Order.OrderId), actions);
    }

    private OrderChange Change(StoredOrder due, Transition.Applied applied) =>
        new(tables.PartitionOf(due.Order.OrderId), due, applied.Order, applied.Events, null);
}
