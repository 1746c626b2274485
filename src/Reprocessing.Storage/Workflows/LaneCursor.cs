using Reprocessing.Domain.Workflows;

namespace Reprocessing.Storage.Workflows;

/// <summary>How far a list of workflows has come: which lane it reads, and the position of the last one given.</summary>
internal static class LaneCursor
{
    public static string Of(WorkflowRange range, string position) => $"{(int)range.Lane}:{position}";

    /// <returns>Null for the beginning.</returns>
    /// <exception cref="FormatException">The token is none that was given out for such a query.</exception>
    public static string? PositionIn(string? token, WorkflowRange range)
    {
        if (token is null)
        {
            return null;
        }

        var start = Of(range, string.Empty);
        return token.Length > start.Length && token.StartsWith(start, StringComparison.Ordinal) && !token.Any(char.IsControl)
            ? token[start.Length..]
            : throw new FormatException("The token was not given out for this query.");
    }
}
