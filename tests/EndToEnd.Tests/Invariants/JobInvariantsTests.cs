using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.Jobs;

namespace EndToEnd.Tests.Invariants;

/// <summary>Each of these makes one thing wrong that a job could leave behind.</summary>
public sealed class JobInvariantsTests
{
    private const string JobId = "job-1";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_job_whose_counts_items_and_orders_agree_is_consistent() => Assert.Empty(Check(Job, Items, Counted, Orders));

    [Fact]
    public void A_count_that_its_items_do_not_bear_out_is_found() =>
        Assert.Contains("its items", Only(Job with { Tally = new(Found: 3, Succeeded: 2, Skipped: 1) }, Items, Counted, Orders), StringComparison.Ordinal);

    [Fact]
    public void An_outcome_that_was_counted_twice_is_found() =>
        Assert.Contains("its items", Only(Job, Items, Counted with { Succeeded = 2 }, Orders), StringComparison.Ordinal);

    [Fact]
    public void A_completion_with_an_item_that_was_never_reached_is_found() =>
        Assert.Contains("have not", Only(Job, [.. Items, new("order-3", "1", ItemState.Pending)], Counted, Orders), StringComparison.Ordinal);

    [Fact]
    public void An_order_that_was_restarted_twice_is_found() =>
        Assert.Contains("says 1 attempts", Only(Job, Items, Counted, [Restarted("order-1", "w-0", "w-1"), Restarted("order-2")]), StringComparison.Ordinal);

    [Fact]
    public void A_start_that_never_was_is_found() =>
        Assert.Contains("started w-1 for order-1", Only(Job, Items, Counted, [Restarted("order-1"), Restarted("order-2")]), StringComparison.Ordinal);

    [Fact]
    public void A_restart_outside_the_plan_is_found() =>
        Assert.Contains("no item of it", Only(Job, Items, Counted, [.. Orders, Restarted("order-3", "w-3")]), StringComparison.Ordinal);

    [Fact]
    public void An_order_that_an_ended_job_still_holds_is_found() =>
        Assert.Contains("still holds", Only(Job, Items, Counted, [Restarted("order-1", "w-1") with { Lease = new(JobId, Now.AddMinutes(1)) }, Restarted("order-2")]), StringComparison.Ordinal);

    private static JobRecord Job { get; } = new()
    {
        JobId = JobId,
        Operation = JobOperation.Retry,
        State = JobState.CompletedWithSkips,
        Reason = "because",
        RequestedBy = "dana",
        CreatedAt = Now,
        Selection = "all",
        Control = new(1, DesiredState.Run, new Pace()),
        Tally = new(Found: 2, Succeeded: 1, Skipped: 1),
    };

    private static IReadOnlyList<JobItem> Items { get; } =
    [
        new("order-1", "1", ItemState.Succeeded) { WorkflowId = "w-1", Attempts = 1, Outcome = BusinessOutcome.Succeeded },
        new("order-2", "1", ItemState.Skipped) { Reason = ItemReasons.Leased },
    ];

    private static OutcomeCounts Counted { get; } = new(Succeeded: 1);

    private static IReadOnlyList<Order> Orders { get; } = [Restarted("order-1", "w-1"), Restarted("order-2")];

    private static Order Restarted(string orderId, params string[] workflows) => new()
    {
        OrderId = orderId,
        CustomerId = "customer-1",
        Snapshot = OrderSnapshot.Of(new OrderInput(orderId, "customer-1", [new OrderItem("SKU-1", 1, 1)])),
        Phase = OrderPhase.Completed,
        Attempts = [.. workflows.Select((workflowId, number) => new Attempt(number, 1, workflowId, Now) { RunId = JobId })],
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private static string Only(JobRecord job, IReadOnlyList<JobItem> items, OutcomeCounts outcomes, IReadOnlyList<Order> orders) =>
        Assert.Single(Check(job, items, outcomes, orders));

    private static IEnumerable<string> Check(JobRecord job, IReadOnlyList<JobItem> items, OutcomeCounts outcomes, IReadOnlyList<Order> orders) =>
        new JobInvariants(job, items, outcomes, orders.ToDictionary(order => order.OrderId)).Violations(Now);
}
