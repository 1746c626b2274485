using System.CommandLine;
using Reprocessing.Cli.DeadLetters;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Jobs;
using Reprocessing.Cli.Resets;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.Plans;

/// <summary><c>reprocess plan</c>: selections that are frozen and looked at before anything is done.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "plan",
        "Selections that are frozen and looked at before anything is done.",
        CommandScope.Noun(
            "create",
            "Make a plan. Changes no order.",
            [.. new[] { DeadLetterVerbs.Retry, DeadLetterVerbs.Resolve, DeadLetterVerbs.Purge, ResetCommand.Verb }.Select(verb => Make(scope, verb))]),
        scope.List("Plans, newest first.", "plans", PlanView.Columns),
        scope.Show("A plan, with a sample of its items.", Id(), "plans", (plan, results) => PlanView.Write(plan, results)),
        scope.Part(
            new("plans", "items", PlanView.ItemColumns),
            "Every item that the selection matched, by id.",
            Id(),
            ListOptions.Word("--state", "Only items in this state.", StableNames.All<ItemState>())));

    private static Argument<string> Id() => ListOptions.Id("plan-id", "The plan.");

    private static Command Make(CommandScope scope, BulkVerb verb)
    {
        var (selection, options) = (verb.Selection(), verb.Options());
        var act = new ActOptions(scope.Surroundings.UserName, needsReason: false);
        var expires = new Option<string?>("--expires") { Description = "How long it can be applied: 30m, 2h. Default: the app's setting.", HelpName = "time" };
        return scope.Command(
            verb.Operation,
            $"A plan for: {verb.Description}",
            async (session, parsed, cancellationToken) =>
            {
                var request = new PlanRequest(verb.Operation, selection.Read(parsed, session.Surroundings), options.Read(parsed), act.RequestedBy(parsed))
                {
                    ExpiresInMinutes = WaitOptions.Duration(parsed, expires) is { } life ? (int)Math.Ceiling(life.TotalMinutes) : null,
                };
                var plan = await new PlanApplication(session).PlanAsync(request, key: null, cancellationToken);
                PlanView.Write(plan, session.Results);
                session.Messages.Say($"To do it: reprocess apply {plan.Text("planId")} --reason ...");
                return plan.Count("count") == 0 ? ExitCode.NothingMatched : ExitCode.Ok;
            },
            [.. selection.Symbols, .. options.Symbols, expires, act.RequestedByOption]);
    }
}
