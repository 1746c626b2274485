namespace Reprocessing.Functions.Imports;

internal sealed record ImportFileRequest
{
    [Required]
    public string? Path { get; init; }

    public ImportFormat? Format { get; init; }

    public ImportMode? Mode { get; init; }

    [Caller(IsOptional = true)]
    public string? RequestedBy { get; init; }
}

internal sealed record ImportUploadRequest
{
    [Caller(IsOptional = true)]
    public string? RequestedBy { get; init; }
}

/// <summary>An upload, or a file below the folder for imports. <paramref name="Claimed"/> is whom the request names as its caller.</summary>
internal sealed record ImportRequest(ImportFormat Format, ImportMode Mode, string? Claimed, string? Path = null)
{
    public string? RequestedBy { get; init; }

    private static readonly Dictionary<string, ImportFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text/csv"] = ImportFormat.Csv,
        ["application/csv"] = ImportFormat.Csv,
        ["application/x-ndjson"] = ImportFormat.JsonLines,
        ["application/ndjson"] = ImportFormat.JsonLines,
        ["application/jsonl"] = ImportFormat.JsonLines,
        ["application/x-jsonlines"] = ImportFormat.JsonLines,
    };

    public static async Task<ImportRequest> ReadAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var type = request.Headers.TryGetValues("Content-Type", out var values) && MediaTypeHeaderValue.TryParse(values.FirstOrDefault(), out var parsed)
            ? parsed.MediaType
            : null;
        return type is "application/json" ? ReadFile(request, await request.ReadBodyAsync<ImportFileRequest>(cancellationToken))
            : type is not null && Formats.TryGetValue(type, out var format)
                ? new(format, request.QueryEnum<ImportMode>("mode") ?? ImportMode.Start, ReadUploader(request))
            : throw new ProblemException(ImportRefusals.UnsupportedType(Formats.Keys));
    }

    private static ImportRequest ReadFile(HttpRequestData request, ImportFileRequest body)
    {
        ProblemException.ThrowIf(request.QueryText("mode") is null ? null
            : Problems.InvalidParameter("mode", "'mode' is a member of the body where that names a file."));
        var path = body.Path!;
        var format = body.Format ?? System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => ImportFormat.Csv,
            ".jsonl" or ".ndjson" => ImportFormat.JsonLines,
            _ => throw new ProblemException(Problems.InvalidBody("'format' is needed: the file's name does not tell it.", "#/format")),
        };
        return new(format, body.Mode ?? ImportMode.Start, body.RequestedBy ?? ReadUploader(request), path);
    }

    private static string? ReadUploader(HttpRequestData request)
    {
        const string Name = "requestedBy";
        var upload = new ImportUploadRequest { RequestedBy = request.QueryText(Name) };
        return BodyRules.Check(upload, principal: Caller.Principal(request)) is [var fault, ..]
            ? throw new ProblemException(Problems.InvalidParameter(Name, fault.Detail))
            : upload.RequestedBy;
    }
}
