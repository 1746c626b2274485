using System.CommandLine;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Imports;

/// <summary><c>reprocess orders imports</c>.</summary>
internal static class ImportsCommand
{
    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "imports",
        "Imports of orders.",
        scope.List("Imports, newest first.", "imports", ImportView.Columns),
        scope.Show("An import, with its progress while it runs.", Id(), "imports", ImportView.Fields),
        scope.Part(new("imports", "rejected", ImportView.RejectedColumns), "The records that were not stored, with line and reason.", Id()),
        Watch(scope),
        Cancel(scope));

    private static Argument<string> Id() => ListOptions.Id("import-id", "The import.");

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
                var path = ApiPath.Of("imports", parsed.GetRequiredValue(id), "cancel");
                var cancel = ApiRequest.Post(path, act.Body(parsed)) with { ChangesNothingTwice = true };
                return await session.ShowAsync(ImportView.Fields, cancel, cancellationToken);
            },
            [id, .. act.Symbols]);
    }
}
