using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Exports;

internal static class ExportOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "exports",
        Post(nameof(StartExport), "exports", "Starts an export, to be downloaded when it is complete.")
            .Saying("The file is written page after page, survives a restart of the app, and is kept for a while. A record that cannot be read stops no other.")
            .Takes(new ExportRequest { What = ExportSubject.Orders, Format = ImportFormat.Csv, Status = "completed", RequestedBy = "maria@example.com" })
            .IsIdempotent()
            .Answering<StartedExportAnswer>(202, "Started.", null, "Location"),
        Get(nameof(ListExports), "exports", "Lists the exports, newest first.").AnswersPage<ExportAnswer>(),
        Get(nameof(GetExport), "exports/{exportId}", "Shows an export, with its progress while it runs.").Answers200<ExportAnswer>().Refuses("not_found"),
        Get(nameof(GetExportContent), "exports/{exportId}/content", "Sends the file that an export has written.")
            .Saying("All of it, the bytes that 'Range' asks for, or one of its parts: a download that was broken off is gone on with.")
            .With(
                ApiParameter.Number("part", "One of the export's pages, from 1; the file is all of them in order.", 1, int.MaxValue),
                ApiParameter.Header("Range", "As bytes=1048576-; one range."))
            .AnsweringText(200, "The file, or the part of it, as JSON lines or CSV.", "application/x-ndjson")
            .AnsweringText(206, "The bytes that were asked for.", "application/x-ndjson")
            .Refuses("not_found", "invalid_parameter", "export_not_ended", "export_without_content", "range_not_satisfiable"),
        Get(nameof(ListSkippedRecords), "exports/{exportId}/skipped", "Lists what could not be read and is not in the file.")
            .AnswersPage<SkippedRecord>()
            .Refuses("not_found"),
        Post(nameof(CancelExport), "exports/{exportId}/cancel", "Ends an export after the page that is at work.")
            .Saying("What is written is not kept. To ask again is fine.")
            .Takes(new CancelBody { RequestedBy = "ops", Reason = "The wrong status." }, optional: true)
            .Answering<ExportAnswer>(202, "It will end.", null, "Location")
            .Refuses("not_found", "export_ended"),
        Delete(nameof(DeleteExport), "exports/{exportId}", "Deletes the file of an export before its time is over.")
            .Saying("That there was an export, and what it came to, stays known. To ask again is fine.")
            .Answers200<ExportAnswer>()
            .Refuses("not_found", "export_not_ended"),
        Get(nameof(ExportOrders), "exports/orders", "Sends all orders, or those of a status, in a form that an import reads.")
            .Saying("Read as they are sent, which is meant for some thousands; an order that cannot be read is left out and logged.")
            .With(
                ApiParameter.OneOf("format", "jsonl unless said.", EnumNames.All<ImportFormat>()),
                ApiParameter.Text("status", "Orders of this status only."))
            .AnsweringText(200, "The orders, as JSON lines or CSV.", "application/x-ndjson")
            .Refuses("invalid_parameter"));
}
