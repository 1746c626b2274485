using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Imports;

public static class ImportProblems
{
    /// <summary>All that is wrong with an order, as one sentence.</summary>
    public static string Describe(IReadOnlyList<InputProblem> problems) =>
        string.Join("; ", problems.Select(problem => $"{Subject(problem.Path)} {problem.Message}")) + ".";

    private static string Subject(string path) => path.Length == 0 ? "The order" : $"'{path.TrimStart('/')}'";
}
