using System.CommandLine;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Jobs;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Plans;

/// <summary><c>reprocess apply</c>: does exactly what a plan shows.</summary>
internal static class ApplyCommand
{
    public static Command Create(CommandScope scope)
    {
        var id = ListOptions.Id("plan-id", "The plan.");
        var job = new JobOptions(scope.Surroundings);
        return scope.Command(
            "apply",
            "Do what a plan shows, and nothing else: what has changed since is left alone.",
            async (session, parsed, cancellationToken) =>
            {
                var request = job.Read(parsed);
                var plan = await session.Api.GetAsync(ApiPath.Of("plans", parsed.GetRequiredValue(id)), cancellationToken);
                return await new PlanApplication(session).ApplyAsync(plan, request, cancellationToken);
            },
            [id, .. job.Symbols]);
    }
}
