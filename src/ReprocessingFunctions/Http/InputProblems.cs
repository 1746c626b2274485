using Reprocessing.Domain.Orders;

namespace ReprocessingFunctions.Http;

/// <summary>The domain's faults as faults of a request body.</summary>
internal static class InputProblems
{
    /// <summary>Null when there are none.</summary>
    public static Problem? ToProblem(this IReadOnlyList<InputProblem> faults) => faults.Count == 0
        ? null
        : Problems.InvalidBody([.. faults.Select(fault => new ProblemError($"{Subject(fault.Path)} {fault.Message}.", $"#{fault.Path}"))]);

    private static string Subject(string path) => path.Length == 0 ? "The whole" : $"'{path.TrimStart('/')}'";
}
