namespace Reprocessing.Domain.Orders;

public static class Stages
{
    public static IReadOnlyList<Stage> All { get; } = Enum.GetValues<Stage>();

    /// <summary>The stage to run when <paramref name="completed"/> is the last one that is done; null when all are done.</summary>
    public static Stage? After(Stage? completed) => completed switch
    {
        null => Stage.Validate,
        Stage.Ship => null,
        { } stage => stage + 1,
    };
}
