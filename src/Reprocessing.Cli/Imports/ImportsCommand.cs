using System.CommandLine;
using System.Text.Json.Nodes;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Imports;

/// <summary><c>reprocess orders imports</c>.</summary>
internal static class ImportsCommand
{
    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "imports", "Imports of orders.", List(scope), Show(scope), Rejected(scope), Watch(scope), Cancel(scope));

    private static Argument<string> Id() => ListOptions.Id("import-id", "The import.");

    private static Command List(CommandScope scope)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            "list",
            "Imports, newest first.",
            (session, parsed, cancellationToken) => session.ListAsync(ImportView.Columns, "/api/imports", parsed.GetValue(limit), cancellationToken),
            limit);
    }

    private static Command Show(CommandScope scope)
    {
        var id = Id();
        return scope.Command(
            "show",
            "An import, with its progress while it runs.",
            (session, parsed, cancellationToken) =>
                session.ShowAsync(ImportView.Fields, ApiRequest.Get(ApiPath.Of("imports", parsed.GetRequiredValue(id))), cancellationToken),
            id);
    }

    private static Command Rejected(CommandScope scope)
    {
        var (id, limit) = (Id(), ListOptions.Limit());
        return scope.Command(
            "rejected",
            "The records that were not stored, with line and reason.",
            (session, parsed, cancellationToken) =>
            {
                var list = ApiPath.Of("imports", parsed.GetRequiredValue(id), "rejected");
                return session.ListAsync(ImportView.RejectedColumns, list, parsed.GetValue(limit), cancellationToken);
            },
            id, limit);
    }

    private static Command Watch(CommandScope scope)
    {
        var (id, timeout) = (Id(), WaitOptions.TimeoutOption());
        return scope.Command(
            "watch",
            "Follow an import to its end.",
            (session, parsed, cancellationToken) =>
                new ImportWatch(session).WaitAsync(parsed.GetRequiredValue(id), WaitOptions.Duration(parsed, timeout), cancellationToken),
            id, timeout);
    }

    private static Command Cancel(CommandScope scope)
    {
        var id = Id();
        var act = new ActOptions(scope.Surroundings.UserName, needsReason: false);
        return scope.Command(
            "cancel",
            "End an import after the pages that are at work; what is stored stays.",
            async (session, parsed, cancellationToken) =>
            {
                var body = new JsonObject { ["requestedBy"] = act.RequestedBy(parsed) };
                if (act.Reason(parsed) is { } reason)
                {
                    body["reason"] = reason;
                }

                var cancel = ApiRequest.Post(ApiPath.Of("imports", parsed.GetRequiredValue(id), "cancel"), body) with { ChangesNothingTwice = true };
                return await session.ShowAsync(ImportView.Fields, cancel, cancellationToken);
            },
            [id, .. act.Symbols]);
    }
}
