using System.CommandLine;
using Reprocessing.Cli.Jobs;

namespace Reprocessing.Cli.Plans;

/// <summary>A verb that does something to many items: it is planned, shown, confirmed, applied and, if wanted, waited for.</summary>
internal static class BulkCommand
{
    public static Command Create(CommandScope scope, BulkVerb verb)
    {
        var (selection, options, job) = (verb.Selection(), verb.Options(), new JobOptions(scope.Surroundings));
        return scope.Command(
            verb.Name,
            verb.Description,
            async (session, parsed, cancellationToken) =>
            {
                var request = job.Read(parsed);
                var plan = new PlanRequest(verb.Operation, selection.Read(parsed, session.Surroundings), options.Read(parsed), request.RequestedBy);
                return await new PlanApplication(session).RunAsync(plan, request, cancellationToken);
            },
            [.. selection.Symbols, .. options.Symbols, .. job.Symbols]);
    }
}

/// <param name="Name">As it is typed.</param>
/// <param name="Operation">As the app calls it.</param>
internal sealed record BulkVerb(
    string Name, string Operation, string Description, Func<SelectionOptions> Selection, Func<IOperationOptions> Options);
