using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.DeadLetters.Export;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.DeadLetters.Reports;

internal static class ReportOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "dead letters",
        Get(nameof(GetDeadLetterStatistics), "statistics/dead-letters", "How many dead letters there are, of which kinds, and since when the oldest waits.")
            .Saying("Counted in one look at all entries, which is kept for a moment; asOf tells when it began.")
            .Answers200<DeadLetterStatistics>(),
        Get(nameof(ExportDeadLetters), "exports/dead-letters", "Dead letters as a file, newest first, sent as they are read.")
            .Saying("JSON lines have whole entries. In CSV a text that a spreadsheet would take for a formula stands behind an apostrophe.")
            .With(
                ApiParameter.OneOf("format", "jsonl unless said.", ExportFormats.Names),
                ApiParameter.Text("filter", "Only entries that match."),
                ApiParameter.OneOf("resolution", "Only open entries unless said.", DeadLetterFilters.Resolutions))
            .AnsweringText(200, "The file.", JsonLinesFormat.MediaTypeName)
            .AnsweringText(200, "The file.", CsvFormat.MediaTypeName)
            .Refuses("invalid_parameter", "invalid_filter"));
}
