namespace Reprocessing.Cli.Imports;

internal static class ImportCommand
{
    public static Command Create(CommandScope scope)
    {
        var file = new Argument<string>("file") { Description = "CSV with a header, or JSON lines; - is stdin." };
        var mode = ListOptions.Word("--mode", "What becomes of the orders; start unless said.", EnumNames.All<ImportMode>());
        var format = ListOptions.Word("--format", "Goes by the file's name unless said.", EnumNames.All<ImportFormat>());
        var key = new Option<string?>("--idempotency-key") { Description = "The same key again is the same import. Default: a new one.", HelpName = "text" };
        var audit = new AuditOptions(scope.Host.UserName, needsReason: false);
        var wait = new WaitOptions();
        return scope.Command(
            "import",
            "Bring a file of orders in. A bad record stops no other and is listed.",
            async (session, parsed, cancellationToken) =>
            {
                var timeout = wait.Timeout(parsed);
                var start = new ApiRequest(HttpMethod.Post, ApiPath.With("/api/imports", ("mode", parsed.GetValue(mode)), ("requestedBy", audit.RequestedBy(parsed))))
                {
                    Content = Content(parsed.GetRequiredValue(file), parsed.GetValue(format), session.Host),
                    IdempotencyKey = parsed.GetValue(key) ?? session.Host.NewKey(),
                    IsLong = true,
                };
                var importId = (await session.Api.SendAsync(start, cancellationToken)).Text("importId");
                if (wait.IsWaiting(parsed))
                {
                    return await new ImportWatch(session).WaitAsync(importId, timeout, cancellationToken);
                }

                // Printed first, so that the id is known even if the next request fails.
                session.Messages.Say($"Started. Watch it: reprocess orders imports watch {importId}");
                return await session.ShowAsync(ApiRequest.Get(ApiPath.Of("imports", importId)), ImportView.Fields, cancellationToken);
            },
            [file, mode, format, audit.RequestedByOption, key, .. wait.Symbols]);
    }

    /// <summary>The file, opened again for each try.</summary>
    private static Func<HttpContent> Content(string path, string? format, HostEnvironment host)
    {
        if ((format ?? FormatOf(path)) is not { } named || !EnumNames.TryParse<ImportFormat>(named, out var known))
        {
            throw new CommandException(ExitCode.Usage, "--format is needed: the file's name does not tell it.");
        }

        var file = Path.Combine(host.Folder, path);
        var stdin = path == "-" ? Encoding.UTF8.GetBytes(host.In.ReadToEnd()) : null;
        if (stdin is null && !File.Exists(file))
        {
            throw new CommandException(ExitCode.Usage, $"There is no file '{path}'.");
        }

        return () => new StreamContent(stdin is null ? File.OpenRead(file) : new MemoryStream(stdin))
        {
            Headers = { ContentType = new(known == ImportFormat.Csv ? "text/csv" : "application/x-ndjson") },
        };
    }

    private static string? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".jsonl" or ".ndjson" => "jsonl",
        _ => null,
    };
}
