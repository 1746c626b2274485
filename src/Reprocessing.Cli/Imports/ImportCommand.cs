using System.CommandLine;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.Imports;

/// <summary><c>reprocess orders import</c>.</summary>
internal static class ImportCommand
{
    public static Command Create(CommandScope scope)
    {
        var file = new Argument<string>("file") { Description = "CSV with a header, or JSON lines; - is stdin." };
        var mode = ListOptions.Word("--mode", "What becomes of the orders; start unless said.", StableNames.All<ImportMode>());
        var format = ListOptions.Word("--format", "Goes by the file's name unless said.", StableNames.All<ImportFormat>());
        var key = new Option<string?>("--idempotency-key") { Description = "The same key again is the same import. Default: a new one.", HelpName = "text" };
        var wait = new WaitOptions();
        return scope.Command(
            "import",
            "Bring a file of orders in. A bad record stops no other and is listed.",
            async (session, parsed, cancellationToken) =>
            {
                var timeout = wait.Timeout(parsed);
                var source = ImportFile.Of(parsed.GetRequiredValue(file), parsed.GetValue(format), session.Surroundings);
                var start = new ApiRequest(HttpMethod.Post, ApiPath.With("/api/imports", ("mode", parsed.GetValue(mode))))
                {
                    Content = source.Open,
                    IdempotencyKey = parsed.GetValue(key) ?? session.Surroundings.NewKey(),
                    IsLong = true,
                };
                var importId = (await session.Api.SendAsync(start, cancellationToken)).Text("importId");
                return wait.IsWaiting(parsed)
                    ? await new ImportWatch(session).WaitAsync(importId, timeout, cancellationToken)
                    : await ShowAsync(session, importId, cancellationToken);
            },
            [file, mode, format, key, .. wait.Symbols]);
    }

    private static async Task<int> ShowAsync(Session session, string importId, CancellationToken cancellationToken)
    {
        session.Results.One(await session.Api.GetAsync(ApiPath.Of("imports", importId), cancellationToken), ImportView.Fields);
        session.Messages.Say($"Started. Watch it: reprocess orders imports watch {importId}");
        return ExitCode.Ok;
    }
}
