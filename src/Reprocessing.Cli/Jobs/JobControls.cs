using System.CommandLine;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Jobs;

/// <summary>Steering of jobs. Each demand may be made again: it changes nothing then.</summary>
internal static class JobControls
{
    public static Command Demand(CommandScope scope, string verb, string description)
    {
        var id = JobsCommand.Id();
        var act = new ActOptions(scope.Surroundings.UserName, needsReason: false);
        return scope.Command(
            verb,
            description,
            async (session, parsed, cancellationToken) =>
            {
                var demand = ApiRequest.Post(ApiPath.Of("jobs", parsed.GetRequiredValue(id), verb), act.Body(parsed)) with { ChangesNothingTwice = true };
                JobView.Write(await session.Api.SendAsync(demand, cancellationToken), session.Results);
                session.Messages.Say("Asked for; effective within two seconds or a hundred items.");
                return ExitCode.Ok;
            },
            [id, .. act.Symbols]);
    }

    public static Command SetRate(CommandScope scope)
    {
        var id = JobsCommand.Id();
        var rate = new Argument<double?>("rate") { Description = "Items a second; 0 is as fast as it goes.", Arity = ArgumentArity.ZeroOrOne };
        var parallel = new Option<int?>("--parallel") { Description = "Chunks, or orders, at work at once.", HelpName = "n" };
        var act = new ActOptions(scope.Surroundings.UserName, needsReason: false);
        var command = scope.Command(
            "set-rate",
            "Change how fast a job goes while it runs.",
            async (session, parsed, cancellationToken) =>
            {
                var (itemsPerSecond, parallelism) = (parsed.GetValue(rate), parsed.GetValue(parallel));
                if (itemsPerSecond is null && parallelism is null)
                {
                    throw new CommandException(ExitCode.Usage, "Say a rate, --parallel, or both.");
                }

                var body = act.Body(parsed);
                if (itemsPerSecond is not null)
                {
                    body["itemsPerSecond"] = itemsPerSecond;
                }

                if (parallelism is not null)
                {
                    body["parallelism"] = parallelism;
                }

                var change = ApiRequest.Patch(ApiPath.Of("jobs", parsed.GetRequiredValue(id), "pace"), body);
                JobView.Write(await session.Api.SendAsync(change, cancellationToken), session.Results);
                return ExitCode.Ok;
            },
            [id, rate, parallel, .. act.Symbols]);
        command.Aliases.Add("pace");
        return command;
    }
}
