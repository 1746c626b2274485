using Reprocessing.Storage.Audit;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Audit;

internal static class AuditOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "audit",
        Get(nameof(ListAuditEvents), "audit-events", "Who did what, when and why, newest first.")
            .With(
                ApiParameter.Text("actor", "Only what this one did."),
                ApiParameter.Text("action", "Only this action, as job.paused."),
                ApiParameter.Text("target", "Only what was done to the job, plan, order or group of this id."),
                ApiParameter.Time("from", "Not before."),
                ApiParameter.Time("to", "Not after."))
            .AnswersPage<AuditEvent>());
}
