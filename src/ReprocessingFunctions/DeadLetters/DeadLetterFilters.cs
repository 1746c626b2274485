using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>Filters on dead letters, and the queries that ask for them.</summary>
internal static class DeadLetterFilters
{
    public const string Any = "any";

    /// <summary>All values of the query's <c>resolution</c>.</summary>
    public static IReadOnlyList<string> Resolutions { get; } =
        [DeadLetterFields.Unresolved, .. EnumNames.All<DeadLetterResolution>(), Any];

    /// <param name="pointer">Of the member or parameter that holds the text.</param>
    public static (FilterExpression? Filter, Problem? Problem) Read(string text, string pointer)
    {
        var (filter, error) = FilterExpression.Parse(text, DeadLetterFields.Catalog);
        return (filter, error is null ? null : Problems.InvalidFilter(error.Message, error.Column, pointer));
    }

    /// <summary>
    /// The <c>filter</c> and <c>resolution</c> of a request's query. Open entries unless it says otherwise; a filter that names the
    /// resolution itself says otherwise.
    /// </summary>
    public static (DeadLetterQuery Query, Problem? Problem) ReadQuery(HttpRequestData request, DateTimeOffset now)
    {
        var text = request.Query["filter"];
        var (filter, problem) = string.IsNullOrWhiteSpace(text) ? (null, null) : Read(text, "#/filter");
        if (problem is not null)
        {
            return (new(), problem);
        }

        var scope = request.Query["resolution"] switch
        {
            null or "" => filter?.Names(DeadLetterFields.Resolution) == true ? DeadLetterScope.Any : DeadLetterScope.Unresolved,
            DeadLetterFields.Unresolved => DeadLetterScope.Unresolved,
            Any => DeadLetterScope.Any,
            var named => EnumNames.TryParse<DeadLetterResolution>(named, out var resolution) ? DeadLetterScope.Of(resolution) : null,
        };
        return scope is null
            ? (new(), Problems.InvalidParameter("resolution", $"'resolution' must be one of {string.Join(", ", Resolutions)}."))
            : (new() { Scope = scope, Filter = filter?.At(now) }, null);
    }
}
