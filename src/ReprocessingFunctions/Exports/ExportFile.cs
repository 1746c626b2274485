using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Imports;

namespace ReprocessingFunctions.Exports;

/// <summary>How files of orders are sent.</summary>
internal static class ExportFile
{
    public static void AddFileHeaders(this HttpResponseData response, ImportFormat format, string name)
    {
        var (type, extension) = format == ImportFormat.Csv ? ("text/csv; charset=utf-8; header=present", "csv") : ("application/x-ndjson", "jsonl");
        response.Headers.Add("Content-Type", type);
        response.Headers.Add("Content-Disposition", $"attachment; filename=\"{name}.{extension}\"");
        response.Headers.Add("X-Content-Type-Options", "nosniff");
    }
}
