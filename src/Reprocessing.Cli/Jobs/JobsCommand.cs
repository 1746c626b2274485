using System.CommandLine;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.Jobs;

/// <summary><c>reprocess jobs</c>; runs are jobs too, by their ids.</summary>
internal static class JobsCommand
{
    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "jobs",
        "Everything that is done to many orders at once; runs are among them.",
        List(scope),
        Show(scope),
        Items(scope, "items"),
        Watch(scope),
        JobControls.Demand(scope, "pause", "Stop a job before its next items; what is under way is finished."),
        JobControls.Demand(scope, "resume", "Let a paused job go on."),
        JobControls.Demand(scope, "cancel", "End a job before its next items; what it has not touched stays as it is."),
        JobControls.SetRate(scope));

    /// <summary>What became of each item, of a job or a run.</summary>
    public static Command Items(CommandScope scope, string name)
    {
        var (id, limit) = (Id(), ListOptions.Limit());
        var state = ListOptions.Word("--state", "Only items in this state.", StableNames.All<ItemState>());
        var command = scope.Command(
            name,
            "What became of each item, by id.",
            (session, parsed, cancellationToken) =>
            {
                var list = ApiPath.With(ApiPath.Of("jobs", parsed.GetRequiredValue(id), "items"), ("state", parsed.GetValue(state)));
                return session.ListAsync(JobView.ItemColumns, list, parsed.GetValue(limit), cancellationToken);
            },
            id, state, limit);
        command.Aliases.Add("results");
        return command;
    }

    internal static Argument<string> Id() => ListOptions.Id("job-id", "The job, or a run.");

    private static Command List(CommandScope scope)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            "list",
            "Jobs and runs, newest first.",
            (session, parsed, cancellationToken) => session.ListAsync(JobView.Columns, "/api/jobs", parsed.GetValue(limit), cancellationToken),
            limit);
    }

    private static Command Show(CommandScope scope)
    {
        var id = Id();
        return scope.Command(
            "show",
            "A job, with its progress while it is at work.",
            async (session, parsed, cancellationToken) =>
            {
                JobView.Write(await session.Api.GetAsync(ApiPath.Of("jobs", parsed.GetRequiredValue(id)), cancellationToken), session.Results);
                return ExitCode.Ok;
            },
            id);
    }

    private static Command Watch(CommandScope scope)
    {
        var (id, timeout) = (Id(), WaitOptions.TimeoutOption());
        return scope.Command(
            "watch",
            "Follow a job to its end. Ctrl-C stops the watching, not the job.",
            (session, parsed, cancellationToken) =>
                new JobWatch(session).WaitAsync(parsed.GetRequiredValue(id), WaitOptions.Duration(parsed, timeout), cancellationToken),
            id, timeout);
    }
}
