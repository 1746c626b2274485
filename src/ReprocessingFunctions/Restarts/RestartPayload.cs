namespace ReprocessingFunctions.Restarts;

/// <summary>The data of <c>order.start</c> and <c>order.restart</c>.</summary>
/// <param name="WorkflowId">What the receiver calls the attempt by when it reports its beginning, success or failure.</param>
/// <param name="Attempt">0 is the first of a generation, n its n-th restart.</param>
/// <param name="Generation">Rises when a dead letter is taken up anew.</param>
/// <param name="Input">The order as it came in, whole.</param>
internal sealed record RestartPayload(string OrderId, string WorkflowId, int Attempt, int Generation, OrderInput Input)
{
    /// <summary>What this restart is to do otherwise; null for nothing.</summary>
    public RestartModifications? Modifications { get; init; }

    public const string StartType = "order.start";
    public const string RestartType = "order.restart";

    public static RestartPayload Of(OrderStart start) =>
        new(start.OrderId, start.WorkflowId, start.Attempt, start.Generation, start.Input) { Modifications = start.Modifications };

    public static string TypeOf(OrderStart start) => IsFirst(start) ? StartType : RestartType;

    public static bool IsFirst(OrderStart start) => start.IsFirst;
}
