namespace Reprocessing.Domain.Tests.Orders;

internal static class SampleOrders
{
    public static readonly DateTimeOffset Start = new(2026, 8, 15, 10, 0, 0, TimeSpan.Zero);

    public static OrderInput Input(string orderId = "ORD-1") =>
        new(orderId, "CUST-7", [new("SKU-1", 2, 1.5m), new("SKU-2", 1, 0.25m)])
        {
            Priority = Priority.NextDay,
            PromisedDeliveryAt = Start.AddDays(1),
            Shipping = new("Springfield", "IL"),
        };

    public static OrderFailure Failure(string workflowId, string status = "picking_failed", string reason = "no picker") =>
        OrderFailure.From(new("ORD-1", status, workflowId, Start.AddMinutes(1), reason));

    /// <summary>An order that failed once, due at once.</summary>
    public static Order Failed(string status = "picking_failed")
    {
        var order = OrderTransitions.Create(Input(), Start).Order;
        order = Apply(OrderTransitions.Begin(order, order.WorkflowId!, RestartPoint.Beginning, Start));
        return Apply(OrderTransitions.Fail(order, Failure(order.WorkflowId!, status), Start.AddMinutes(1), Start.AddMinutes(1)));
    }

    public static Order Apply(Transition transition) => Assert.IsType<Transition.Applied>(transition).Order;

    public static Refusal Refusal(Transition transition) => Assert.IsType<Transition.Refused>(transition).Reason;
}
