using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Runs;

internal static class RunOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "runs",
        Post(nameof(StartRun), "reprocessing/runs", "Starts a run by hand.")
            .Saying("There is one run at a time. The answer is the Durable management payload of the instance that works on it.")
            .Takes(new StartRunRequest { MaxOrders = 500 }, optional: true)
            .Answering<HttpManagementPayload>(202, "Started.", null, "Location", "Retry-After")
            .Refuses("run_active"),
        Get(nameof(ListRuns), "reprocessing/runs", "The runs, newest first.")
            .AnswersPage<RunAnswer>(),
        Get(nameof(GetRun), "reprocessing/runs/{runId}", "A run, with its progress while it is running.")
            .Answers200<RunAnswer>()
            .Refuses("not_found"),
        Get(nameof(GetSummary), "reprocessing/summary", "What runs did, a UTC day an entry, newest first.")
            .With(ApiParameter.Number("days", "How many days, 7 unless said.", 1, 366))
            .Answers200<SummaryAnswer>()
            .Refuses("invalid_parameter"));
}
