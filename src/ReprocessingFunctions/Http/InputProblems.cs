using Reprocessing.Domain.Orders;

namespace ReprocessingFunctions.Http;

/// <summary>The domain's faults as faults of a request body.</summary>
internal static class InputProblems
{
    /// <summary>Null when there are none.</summary>
    public static Problem? ToProblem(this IReadOnlyList<InputProblem> faults) => faults.Count == 0
        ? null
        : Problems.InvalidBody([.. faults.Select(fault => new ProblemError($"'{fault.Path.TrimStart('/')}' {fault.Message}.", $"#{fault.Path}"))]);
}
