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
        scope.Show("A job, with its progress while it is at work.", Id(), "jobs", JobView.Write),
        Items(scope),
        Watch(scope),
        JobControls.Demand(scope, "pause", "Stop a job before its next items; what is under way is finished."),
        JobControls.Demand(scope, "resume", "Let a paused job go on."),
        JobControls.Demand(scope, "cancel", "End a job before its next items; what it has not touched stays as it is."),
        JobControls.SetRate(scope));

    private static Command List(CommandScope scope)
    {
        var state = ListOptions.Word("--state", "Only jobs in this state.", StableNames.All<JobState>());
        var operation = ListOptions.Word("--operation", "Only jobs that do this; reprocess are the runs.", StableNames.All<JobOperation>());
        var limit = ListOptions.Limit();
        return scope.Command(
            "list",
            "Jobs and runs, newest first.",
            (session, parsed, cancellationToken) =>
            {
                var list = ApiPath.With("/api/jobs", ("state", parsed.GetValue(state)), ("operation", parsed.GetValue(operation)));
                return session.ListAsync(JobView.Columns, list, parsed.GetValue(limit), cancellationToken);
            },
            state, operation, limit);
    }

    /// <summary>What became of each item, of a job or a run.</summary>
    public static Command Items(CommandScope scope)
    {
        var state = ListOptions.Word("--state", "Only items in this state.", StableNames.All<ItemState>());
        var command = scope.Part(new("jobs", "items", JobView.ItemColumns), "What became of each item, by id.", Id(), state);
        command.Aliases.Add("results");
        return command;
    }

    internal static Argument<string> Id() => ListOptions.Id("job-id", "The job, or a run.");

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
