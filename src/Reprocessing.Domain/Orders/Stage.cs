namespace Reprocessing.Domain.Orders;

/// <summary>The stages of fulfilment, in order.</summary>
[JsonConverter(typeof(EnumNameConverter<Stage>))]
public enum Stage
{
    Validate,
    Plan,
    Pick,
    Pack,
    Ship,
}

public static class Stages
{
    public static IReadOnlyList<Stage> All { get; } = Enum.GetValues<Stage>();

    /// <summary>The stage after the last completed one; null when all are completed.</summary>
    public static Stage? After(Stage? completed) => completed switch
    {
        null => Stage.Validate,
        Stage.Ship => null,
        { } stage => stage + 1,
    };
}

/// <summary>One stage of one workflow of an order.</summary>
/// <param name="From">Whether the workflow goes on after the stages that earlier attempts have done.</param>
public sealed record StageWork(string OrderId, string WorkflowId, Stage Stage, RestartPoint From);
