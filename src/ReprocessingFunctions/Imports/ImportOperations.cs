using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Imports;

internal static class ImportOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "imports",
        Post(nameof(StartImport), "imports", "Takes a file of orders in and starts its import.")
            .Saying("The body is the file itself, as CSV or JSON lines, or the path of one below the folder for imports. A bad record stops no other.")
            .Takes(new ImportFileRequest { Path = "today/orders.csv", Format = ImportFormat.Csv, Mode = ImportMode.External })
            .OrUpload("text/csv", "application/x-ndjson")
            .With(ApiParameter.OneOf("mode", "What becomes of uploaded orders; start unless said.", EnumNames.All<ImportMode>()))
            .IsIdempotent()
            .Answering<StartedImportAnswer>(202, "Started.", null, "Location")
            .Refuses("invalid_parameter", "invalid_header", "unsupported_media_type", "upload_too_large"),
        Get(nameof(ListImports), "imports", "Lists the imports, newest first.").AnswersPage<ImportAnswer>(),
        Get(nameof(GetImport), "imports/{importId}", "Shows an import, with its progress while it runs.").Answers200<ImportAnswer>().Refuses("not_found"),
        Get(nameof(ListRejectedRecords), "imports/{importId}/rejected", "Lists the records that were not stored, with line and reason.")
            .AnswersPage<RejectedRecord>()
            .Refuses("not_found"),
        Post(nameof(CancelImport), "imports/{importId}/cancel", "Ends an import after the pages that are at work.")
            .Saying("What is stored stays. To ask again is fine.")
            .Takes(new CancelBody { RequestedBy = "ops", Reason = "The wrong file." }, optional: true)
            .Answering<ImportAnswer>(202, "It will end.", null, "Location")
            .Refuses("not_found", "import_ended"));
}
