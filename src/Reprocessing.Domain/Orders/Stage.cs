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

    public static Stage? After(Stage? completed) => completed == Stage.Ship ? null : completed + 1 ?? Stage.Validate;
}

/// <param name="From">Whether the workflow goes on after the stages that earlier attempts have done.</param>
public sealed record StageWork(string OrderId, string WorkflowId, Stage Stage, RestartPoint From);
