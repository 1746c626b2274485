using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Workflows;

/// <summary>Reads a query over workflows as a caller wrote it.</summary>
internal static class WorkflowQueries
{
    /// <param name="pointer">Of the member or parameter that holds the query.</param>
    public static (FilterExpression? Query, Problem? Problem) Read(string text, string pointer, DateTimeOffset now)
    {
        var (query, error) = FilterExpression.Parse(text, WorkflowFields.Catalog);
        return query is null ? (null, Problems.InvalidFilter(error!.Message, error.Column, pointer))
            : query.At(now).NeedsPayload ? (null, Problems.InvalidFilter("A workflow has no payload that a path could look into.", ColumnOfPath(text), pointer))
            : (query, null);
    }

    /// <summary>Of the first path: a dollar sign outside quotes begins one.</summary>
    private static int? ColumnOfPath(string text)
    {
        char? quote = null;
        for (var index = 0; index < text.Length; index++)
        {
            if (quote is null && text[index] == '$')
            {
                return index + 1;
            }

            quote = quote is null && text[index] is '\'' or '"' ? text[index] : quote == text[index] ? null : quote;
        }

        return null;
    }
}
