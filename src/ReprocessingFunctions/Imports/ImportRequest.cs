using System.Net.Http.Headers;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <summary>The JSON body that names a file.</summary>
internal sealed record ImportFileRequest
{
    public string? Path { get; init; }

    /// <summary>By default what the file's name ends in.</summary>
    public ImportFormat? Format { get; init; }

    public ImportMode? Mode { get; init; }
}

/// <summary>What was asked for: the body itself, or a file below the folder for imports.</summary>
/// <param name="Path">Null of an upload.</param>
internal sealed record ImportRequest(ImportFormat Format, ImportMode Mode, string? Path = null)
{
    private static readonly Dictionary<string, ImportFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text/csv"] = ImportFormat.Csv,
        ["application/csv"] = ImportFormat.Csv,
        ["application/x-ndjson"] = ImportFormat.JsonLines,
        ["application/ndjson"] = ImportFormat.JsonLines,
        ["application/jsonl"] = ImportFormat.JsonLines,
        ["application/x-jsonlines"] = ImportFormat.JsonLines,
    };

    public static async Task<(ImportRequest? Asked, Problem? Problem)> ReadAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var type = MediaTypeOf(request);
        if (type is "application/json")
        {
            return await ReadFileAsync(request, cancellationToken);
        }

        if (type is null || !Formats.TryGetValue(type, out var format))
        {
            return (null, ImportAnswers.UnsupportedType(Formats.Keys));
        }

        return ReadMode(request) is { } mode
            ? (new(format, mode), null)
            : (null, Problems.InvalidParameter("mode", $"'mode' must be one of {string.Join(", ", EnumNames.All<ImportMode>())}."));
    }

    private static async Task<(ImportRequest? Asked, Problem? Problem)> ReadFileAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync<ImportFileRequest>(request, cancellationToken);
        if (body is not { Path: { Length: > 0 } path })
        {
            return (null, problem ?? Problems.InvalidBody("'path' is needed: the file, below the folder for imports.", "#/path"));
        }

        return (body.Format ?? FormatOf(path)) is { } format
            ? (new(format, body.Mode ?? ImportMode.Start, path), null)
            : (null, Problems.InvalidBody("'format' is needed: the file's name does not tell it.", "#/format"));
    }

    private static ImportFormat? FormatOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => ImportFormat.Csv,
        ".jsonl" or ".ndjson" => ImportFormat.JsonLines,
        _ => null,
    };

    private static ImportMode? ReadMode(HttpRequestData request) =>
        request.Query["mode"] is not { Length: > 0 } name ? ImportMode.Start
        : EnumNames.TryParse<ImportMode>(name, out var mode) ? mode
        : null;

    private static string? MediaTypeOf(HttpRequestData request) =>
        request.Headers.TryGetValues("Content-Type", out var values) && MediaTypeHeaderValue.TryParse(values.FirstOrDefault(), out var type)
            ? type.MediaType
            : null;
}
