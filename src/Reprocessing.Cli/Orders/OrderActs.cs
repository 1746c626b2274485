using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reprocessing.Cli.DeadLetters;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Orders;

/// <summary>What is done to one order by hand.</summary>
internal static class OrderActs
{
    /// <summary>Nothing takes it back, so it is asked for.</summary>
    public static Command Cancel(CommandScope scope)
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed where nobody can be asked." };
        var command = Create(
            scope,
            "cancel",
            "Cancel an order that is not completed, and its dead letter with it.",
            OrderView.Write,
            (session, parsed, cancellationToken) => parsed.GetValue(yes) ? Task.CompletedTask : ConfirmAsync(session, cancellationToken));
        command.Add(yes);
        return command;
    }

    public static Command DeadLetter(CommandScope scope) =>
        Create(scope, "dead-letter", "Move a failed order to the dead-letter queue.", DeadLetterView.Write, (_, _, _) => Task.CompletedTask);

    private static Command Create(
        CommandScope scope, string verb, string description, Action<JsonElement, Results> write, Func<Session, ParseResult, CancellationToken, Task> check)
    {
        var id = ListOptions.Id("order-id", "The order.");
        var act = new ActOptions(scope.Surroundings.UserName, needsReason: true);
        return scope.Command(
            verb,
            description,
            async (session, parsed, cancellationToken) =>
            {
                var body = new JsonObject { ["reason"] = act.NeededReason(parsed), ["requestedBy"] = act.RequestedBy(parsed) };
                await check(session, parsed, cancellationToken);
                var answer = await session.Api.SendAsync(ApiRequest.Post(ApiPath.Of("orders", parsed.GetRequiredValue(id), verb), body), cancellationToken);
                write(answer, session.Results);
                return ExitCode.Ok;
            },
            [id, .. act.Symbols]);
    }

    private static async Task ConfirmAsync(Session session, CancellationToken cancellationToken)
    {
        if (!session.Surroundings.CanAsk)
        {
            throw new CommandException(ExitCode.Refused, "Nothing was done: --yes is needed where nobody can be asked.");
        }

        if (!await session.Messages.AgreesAsync("Nothing takes this back. Cancel the order?", cancellationToken))
        {
            throw new CommandException(ExitCode.Refused, "Nothing was done.");
        }
    }
}
