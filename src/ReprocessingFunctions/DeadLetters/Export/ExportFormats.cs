using Microsoft.Azure.Functions.Worker.Http;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Export;

internal static class ExportFormats
{
    public static IReadOnlyList<string> Names { get; } = [JsonLinesFormat.Name, CsvFormat.Name];

    /// <summary>The query's <c>format</c>.</summary>
    public static (IExportFormat? Format, Problem? Problem) Read(HttpRequestData request) => request.Query["format"] switch
    {
        null or "" or JsonLinesFormat.Name => (new JsonLinesFormat(), null),
        CsvFormat.Name => (new CsvFormat(), null),
        _ => (null, Problems.InvalidParameter("format", $"'format' must be one of {string.Join(", ", Names)}.")),
    };
}
