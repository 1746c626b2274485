using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs;

/// <summary>A selection turns out, while it is read, to be none that may be planned. Nothing was done with its items.</summary>
internal sealed class PlanRefusedException(Problem problem) : Exception(problem.Detail ?? problem.Title)
{
    public Problem Problem { get; } = problem;
}
