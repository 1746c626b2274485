using Reprocessing.Domain.Orders;

namespace Reprocessing.Domain.Imports;

public static class ImportProblems
{
    /// <summary>An item of three bytes has two faults: told in full, the faults of a record would be far larger than the record.</summary>
    public const int MaxTold = 20;

    /// <summary>What is wrong with an order, as one sentence: the first faults, and how many more there are.</summary>
    public static string Describe(IReadOnlyList<InputProblem> problems)
    {
        var told = string.Join("; ", problems.Take(MaxTold).Select(problem => $"{Subject(problem.Path)} {problem.Message}"));
        return problems.Count > MaxTold ? $"{told}; and {problems.Count - MaxTold} more." : told + ".";
    }

    private static string Subject(string path) => path.Length == 0 ? "The order" : $"'{path.TrimStart('/')}'";
}
