using System.Text.Json;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Orders;

namespace EndToEnd.Tests.Orders;

/// <summary>
/// An order that another system sent in failed, that was restarted so many times in vain, and that a run then moved to the
/// dead-letter queue: made by the state machine alone, for no workflow has to run to have a backlog.
/// </summary>
internal sealed record SampleDeadLetter(string OrderId)
{
    private const string RunId = "seed-run";

    public string CustomerId { get; init; } = "customer-1";

    public Priority Priority { get; init; }

    public string FailureStatus { get; init; } = FailureStatuses.PickingFailed;

    /// <summary>Null takes the status's own.</summary>
    public ErrorType? ErrorType { get; init; }

    public string Reason { get; init; } = "The shelf was empty.";

    /// <summary>Restarts that were in vain before.</summary>
    public int Retries { get; init; }

    /// <summary>Of the last failure; null is an hour ago.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>Further members of the order's body, as <c>customer</c>.</summary>
    public object? Payload { get; init; }

    public OrderInput Input => new(OrderId, CustomerId, [new OrderItem("SKU-1", 2, 0.5m)])
    {
        Priority = Priority,
        Extension = Payload is null ? null : JsonSerializer.SerializeToElement(Payload).EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
    };

    /// <summary>The order as it stands in the queue, with what its timeline tells.</summary>
    public (Order Order, IReadOnlyList<TimelineEvent> Told, DeadLetterEntry Entry) Live(DateTimeOffset now)
    {
        var failedAt = FailedAt ?? now - TimeSpan.FromHours(1);
        var created = OrderTransitions.CreateExternal(Input, failedAt);
        List<TimelineEvent> told = [.. created.Events];
        var order = Step(told, Fail(created.Order, $"elsewhere-{OrderId}", failedAt));
        for (var retry = 1; retry <= Retries; retry++)
        {
            order = Step(told, OrderTransitions.Restart(order, $"{RunId}-{retry}", failedAt));
            order = Step(told, OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, failedAt));
            order = Step(told, Fail(order, order.WorkflowId!, failedAt));
        }

        order = Step(told, OrderTransitions.DeadLetter(order, RunId, failedAt + TimeSpan.FromSeconds(1)));
        return (order, told, DeadLetterEntry.Of(order));
    }

    private Transition Fail(Order order, string workflowId, DateTimeOffset failedAt)
    {
        var report = new FailureReport(OrderId, FailureStatus, workflowId, failedAt, Reason, ErrorType);
        return OrderTransitions.Fail(order, OrderFailure.From(report), failedAt, failedAt);
    }

    private static Order Step(List<TimelineEvent> told, Transition transition)
    {
        var applied = Assert.IsType<Transition.Applied>(transition);
        told.AddRange(applied.Events);
        return applied.Order;
    }
}
