namespace Reprocessing.Cli.Exports;

internal static class ExportsCommand
{
    private const string Collection = "exports";

    private static readonly IReadOnlyList<Column> Columns =
    [
        Column.Of("exportId"), Column.Of("state"), Column.Of("format"), Column.Of("status"), Column.Number("counts.records"), Column.Number("counts.skipped"),
        Column.Number("lengthBytes"), Column.Of("requestedBy"), Column.Time("createdAt"), Column.Time("endedAt"), Column.Time("contentUntil"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
        [.. Columns, Column.Number("recordsPerSecond"), Column.Of("contentPath"), Column.Of("error"), Column.Of("canceledBy"), Column.Of("cancelReason")];

    private static readonly IReadOnlyList<Column> SkippedColumns = [Column.Of("key"), Column.Of("message")];

    public static Command Create(CommandScope scope, Option<string?> status) => CommandScope.Noun(
        "exports",
        "Exports of orders into files that the app writes and keeps for a while.",
        Start(scope, status),
        scope.List("list", "Exports, newest first.", Collection, Columns),
        scope.Show("An export, with its progress while it runs.", Id(), Collection, Fields),
        scope.List("skipped", "What could not be read and is not in the file.", Collection, SkippedColumns, Id()),
        Download(scope),
        scope.Post("cancel", "End an export after the page that is at work; what is written is not kept.", Collection, Fields, Id()),
        Delete(scope));

    private static Argument<string> Id() => ListOptions.Id("export-id", "The export.");

    private static Command Start(CommandScope scope, Option<string?> status)
    {
        var format = ListOptions.Word("--format", "Of the file; jsonl unless said.", EnumNames.All<ImportFormat>());
        var key = new Option<string?>("--idempotency-key") { Description = "The same key again is the same export. Default: a new one.", HelpName = "text" };
        var audit = new AuditOptions(scope.Host.UserName, needsReason: false);
        return scope.Command(
            "start",
            "Have the app write orders into a file, to be downloaded when it is complete.",
            async (session, parsed, cancellationToken) =>
            {
                var body = new JsonObject { ["requestedBy"] = audit.RequestedBy(parsed) }.With("format", parsed.GetValue(format)).With("status", parsed.GetValue(status));
                var start = ApiRequest.Post($"/api/{Collection}", body) with { IdempotencyKey = parsed.GetValue(key) ?? session.Host.NewKey() };
                var started = await session.Api.SendAsync(start, cancellationToken);
                session.Results.One(started, Fields);
                session.Messages.Say($"Started. When it is complete: reprocess orders exports download {started.Text("exportId")} --to ...");
                return ExitCode.Ok;
            },
            format, status, audit.RequestedByOption, key);
    }

    private static Command Download(CommandScope scope)
    {
        var (id, target) = (Id(), FileDownload.Target());
        return scope.Command(
            "download",
            "The file of an export that is complete.",
            (session, parsed, cancellationToken) =>
                new FileDownload(session).SaveAsync(ApiRequest.Get(ApiPath.Of(Collection, parsed.GetRequiredValue(id), "content")), parsed.GetValue(target), cancellationToken),
            id, target);
    }

    private static Command Delete(CommandScope scope)
    {
        var (id, yes) = (Id(), JobOptions.Yes());
        return scope.Command(
            "delete",
            "Delete the file of an export before its time is over. What the export came to stays known.",
            async (session, parsed, cancellationToken) =>
            {
                if (!parsed.GetValue(yes))
                {
                    await session.Messages.ConfirmAsync("Nothing takes this back. Delete the file?", word: null, unattended: null, declined: null, cancellationToken);
                }

                return await session.ShowAsync(ApiRequest.Delete(ApiPath.Of(Collection, parsed.GetRequiredValue(id))), Fields, cancellationToken);
            },
            id, yes);
    }
}
