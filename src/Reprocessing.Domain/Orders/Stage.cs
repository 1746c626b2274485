namespace Reprocessing.Domain.Orders;

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

    public static Stage? After(Stage? completed) => completed switch
    {
        null => Stage.Validate,
        Stage.Ship => null,
        { } stage => stage + 1,
    };
}

/// <param name="From">Whether the workflow goes on after the stages that earlier attempts have done.</param>
public sealed record StageWork(string OrderId, string WorkflowId, Stage Stage, RestartPoint From);
