namespace Reprocessing.Cli.Imports;

internal static class ImportsCommand
{
    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "imports",
        "Imports of orders.",
        scope.List("list", "Imports, newest first.", "imports", ImportView.Columns),
        scope.Show("An import, with its progress while it runs.", Id(), "imports", ImportView.Fields),
        scope.List("rejected", "The records that were not stored, with line and reason.", "imports", ImportView.RejectedColumns, Id()),
        scope.Watch(
            "Follow an import to its end.",
            Id(),
            (session, id, timeout, cancellationToken) => new ImportWatch(session).WaitAsync(id, timeout, cancellationToken)),
        scope.Post("cancel", "End an import after the pages that are at work; what is stored stays.", "imports", ImportView.Fields, Id()));

    private static Argument<string> Id() => ListOptions.Id("import-id", "The import.");
}

/// <summary>Waits for an import, shows its progress and returns an exit code for its result.</summary>
internal sealed class ImportWatch(Session session)
{
    public Task<int> WaitAsync(string importId, TimeSpan? timeout, CancellationToken cancellationToken) =>
        new CompletionWait(session, ApiPath.Of("imports", importId), Frame, HasEnded, timeout).RunAsync(
            new(
                $"Stopped watching. The import {importId} goes on by itself.",
                $"The import {importId} has not ended in time, and goes on by itself.",
                $"  look again:  reprocess orders imports watch {importId}",
                $"  end it:      reprocess orders imports cancel {importId}"),
            import =>
            {
                session.Results.One(import, ImportView.Fields);
                return Task.FromResult(Say(import));
            },
            cancellationToken);

    private static bool HasEnded(JsonElement import) =>
        EnumNames.TryParse<TransferState>(import.TextOrNull("state"), out var state) && state.IsFinal();

    private static ProgressFrame Frame(JsonElement import)
    {
        List<string?> detail =
        [
            $"{import.Count("counts.read").Grouped()} read",
            $"{import.Count("counts.stored").Grouped()} stored",
            $"{import.Count("counts.rejected").Grouped()} rejected",
            import.NumberOrNull("recordsPerSecond") is { } rate ? $"{rate.Grouped()}/s" : null,
            import.NumberOrNull("etaSeconds") is { } seconds ? $"{Durations.Show(seconds)} left" : null,
        ];
        return new(import.Text("importId"), import.Text("state"), import.NumberOrNull("percent"), string.Join(", ", detail.OfType<string>()));
    }

    private int Say(JsonElement import)
    {
        switch (import.TextOrNull("state"))
        {
            case "completed":
                return ExitCode.Ok;
            case "completed_with_rejects":
                session.Messages.Say($"{import.Count("counts.rejected").Of("record")} rejected: reprocess orders imports rejected {import.Text("importId")}");
                return ExitCode.Partial;
            case "canceled":
                session.Messages.Say("It was cancelled; what was stored stays.");
                return ExitCode.Partial;
            default:
                session.Messages.Fail([$"The import failed{(import.TextOrNull("error") is { } error ? $": {error}" : string.Empty)}."]);
                return ExitCode.Error;
        }
    }
}

internal static class ImportView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("importId"), Column.Of("state"), Column.Of("mode"), Column.Of("format"), Column.Number("percent"), Column.Number("counts.read"),
        Column.Number("counts.stored"), Column.Number("counts.alreadyThere"), Column.Number("counts.rejected"), Column.Time("createdAt"),
        Column.Time("endedAt"),
    ];

    public static IReadOnlyList<Column> Fields { get; } =
    [
        .. Columns, Column.Number("lengthBytes"), Column.Number("recordsPerSecond"), Column.Of("path"), Column.Of("requestedBy"), Column.Of("error"), Column.Of("canceledBy"),
        Column.Of("cancelReason"),
    ];

    public static IReadOnlyList<Column> RejectedColumns { get; } =
        [Column.Number("line"), Column.Of("reason"), Column.Of("orderId"), Column.Of("message"), Column.Of("raw")];
}
