using System.Net.Http.Headers;

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
                var source = ImportFile.Of(parsed.GetRequiredValue(file), parsed.GetValue(format), session.Host);
                var start = new ApiRequest(HttpMethod.Post, ApiPath.With("/api/imports", ("mode", parsed.GetValue(mode)), ("requestedBy", audit.RequestedBy(parsed))))
                {
                    Content = source.Open,
                    IdempotencyKey = parsed.GetValue(key) ?? session.Host.NewKey(),
                    IsLong = true,
                };
                var importId = (await session.Api.SendAsync(start, cancellationToken)).Text("importId");
                return wait.IsWaiting(parsed)
                    ? await new ImportWatch(session).WaitAsync(importId, timeout, cancellationToken)
                    : await ShowAsync(session, importId, cancellationToken);
            },
            [file, mode, format, audit.RequestedByOption, key, .. wait.Symbols]);
    }

    private static async Task<int> ShowAsync(Session session, string importId, CancellationToken cancellationToken)
    {
        session.Results.One(await session.Api.GetAsync(ApiPath.Of("imports", importId), cancellationToken), ImportView.Fields);
        session.Messages.Say($"Started. Watch it: reprocess orders imports watch {importId}");
        return ExitCode.Ok;
    }
}

/// <summary>A file of orders, opened again for each try.</summary>
internal sealed class ImportFile
{
    private readonly Func<Stream> _open;
    private readonly string _mediaType;

    private ImportFile(Func<Stream> open, ImportFormat format)
    {
        _open = open;
        _mediaType = format == ImportFormat.Csv ? "text/csv" : "application/x-ndjson";
    }

    /// <param name="path">- is stdin.</param>
    /// <param name="format">Null follows the file's name.</param>
    public static ImportFile Of(string path, string? format, HostEnvironment host)
    {
        if ((format ?? FormatOf(path)) is not { } named || !EnumNames.TryParse<ImportFormat>(named, out var known))
        {
            throw new CommandException(ExitCode.Usage, "--format is needed: the file's name does not tell it.");
        }

        if (path == "-")
        {
            var text = Encoding.UTF8.GetBytes(host.In.ReadToEnd());
            return new(() => new MemoryStream(text), known);
        }

        var file = Path.Combine(host.Folder, path);
        return File.Exists(file) ? new(() => File.OpenRead(file), known) : throw new CommandException(ExitCode.Usage, $"There is no file '{path}'.");
    }

    public HttpContent Open()
    {
        var content = new StreamContent(_open());
        content.Headers.ContentType = new MediaTypeHeaderValue(_mediaType);
        return content;
    }

    private static string? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".jsonl" or ".ndjson" => "jsonl",
        _ => null,
    };
}
