using System.CommandLine;
using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli;

/// <summary>Commands that only look, at lists and things that the API has in the same form.</summary>
internal static class LookCommands
{
    /// <param name="collection">As in the API's paths.</param>
    public static Command List(this CommandScope scope, string description, string collection, IReadOnlyList<Column> columns)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            "list",
            description,
            (session, parsed, cancellationToken) => session.ListAsync(columns, $"/api/{collection}", parsed.GetValue(limit), cancellationToken),
            limit);
    }

    /// <summary>What belongs to one thing of a collection.</summary>
    /// <param name="state">A wish that the API knows as <c>state</c>; null where it has none.</param>
    public static Command Part(
        this CommandScope scope, PartOfOne part, string description, Argument<string> id, Option<string?>? state = null)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            part.Name,
            description,
            (session, parsed, cancellationToken) =>
            {
                var list = ApiPath.With(
                    ApiPath.Of(part.Collection, parsed.GetRequiredValue(id), part.Name), ("state", state is null ? null : parsed.GetValue(state)));
                return session.ListAsync(part.Columns, list, parsed.GetValue(limit), cancellationToken);
            },
            state is null ? [id, limit] : [id, state, limit]);
    }

    public static Command Show(
        this CommandScope scope, string description, Argument<string> id, string collection, Action<JsonElement, Results> write) => scope.Command(
        "show",
        description,
        async (session, parsed, cancellationToken) =>
        {
            write(await session.Api.GetAsync(ApiPath.Of(collection, parsed.GetRequiredValue(id)), cancellationToken), session.Results);
            return ExitCode.Ok;
        },
        id);

    public static Command Show(
        this CommandScope scope, string description, Argument<string> id, string collection, IReadOnlyList<Column> fields) =>
        scope.Show(description, id, collection, (found, results) => results.One(found, fields));
}

/// <summary>A list below each thing of a collection.</summary>
/// <param name="Name">The last part of its path, and the command's name.</param>
internal sealed record PartOfOne(string Collection, string Name, IReadOnlyList<Column> Columns);
