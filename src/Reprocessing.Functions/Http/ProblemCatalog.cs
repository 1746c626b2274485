using System.Diagnostics.CodeAnalysis;

namespace Reprocessing.Functions.Http;

internal sealed record ProblemKind(string Code, int Status, string Meaning, string Remedy);

/// <summary>Every code that a problem of this API can have. A test finds the codes in the sources and compares.</summary>
internal static class ProblemCatalog
{
    private const string SeeErrors = "Correct what 'errors' points at.";

    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        new("invalid_body", 400, "The body is not JSON, or a member is missing, unknown, of the wrong type or out of range.", SeeErrors),
        new("body_too_large", 400, "The body is larger than this API takes.", "Send less at a time."),
        new("invalid_parameter", 400, "A parameter of the address or a header is not valid.", SeeErrors),
        new("invalid_filter", 400, "The filter is malformed, or names a field that there is not.", "Correct it at the column that 'errors' names."),
        new("filter_too_costly", 400, "The filter looks at too much of the orders.", "Write paths whole instead of with '..' and '*', say less at a time, or narrow by fields first."),
        new("filters_busy", 429, "Too many requests with filters that look into orders are at work.", "Send the request again after the seconds of Retry-After."),
        new("empty_selection", 400, "The selection names nothing; that does not mean everything.", "Give a filter or ids, or say 'all': true."),
        new("selection_too_large", 400, "More items match than one job takes.", "Narrow the selection, or raise the setting JobMaxItems."),
        new("invalid_options", 400, "The operation has no such option, or not with this value.", SeeErrors),
        new("forbidden_role", 403, "Who is signed in does not have the role that the operation needs; 'detail' names it and those held.", "Ask for the role, or let somebody do it who has it."),
        new("identity_not_verified", 403, "The operation needs somebody whom the platform's sign-in has verified.", "Sign in; a key alone is not enough."),
        new("read_only", 409, "The app changes nothing by request (setting ApiReadOnly).", "Send the request again when the app is no longer read-only."),
        new("not_found", 404, "There is nothing of that id.", "Check the id; it may have been purged."),
        new("order_exists", 409, "Another order has this id.", "Send the order under an id of its own."),
        new("run_active", 409, "A run is active, and there is one at a time.", "Follow the active run by 'links', or start again when it has ended."),
        new("superseded", 409, "Another workflow has taken the order over.", "Nothing: the report came too late to matter."),
        new("active_workflow", 409, "A workflow is at work on the order.", "Wait until it has ended."),
        new("not_failed", 409, "The order is in no failure status.", "Read the order: something else has changed it."),
        new("already_failed", 409, "The order has failed already, by another workflow.", "Read the order: that failure stands."),
        new("not_begun", 409, "The order's workflow has not begun.", "Report again once it has."),
        new("ended", 409, "The order is completed, cancelled or a dead letter.", "Read the order; a dead letter is taken up by resolving it."),
        new("dead_letter", 409, "The order is a dead letter, which changes only together with its entry in the queue.", "Resolve its dead letter, or send the request again: it has just become one."),
        new("not_dead_letter", 409, "The order is not in the dead-letter queue.", "Read the order: something else has changed it."),
        new("already_resolved", 409, "The dead letter is resolved already; 'detail' says by whom and when.", "Read the dead letter by 'links'; an escalated one is opened again by moving its order to the queue."),
        new("permanent_failure", 409, "The order failed in a way that the same input brings about again.", "Mend the cause, then retry with 'force'; or cancel it."),
        new("reopened_too_often", 409, "The dead letter came back three times.", "Read its history, then retry with 'force'; or escalate it."),
        new("leased", 409, "A job is at work on the order.", "Wait for the job's end, or cancel it; 'detail' names it."),
        new("workflow_ended", 409, "The workflow is not running and takes no events.", "Try again in a moment when it is being reset; else reset it."),
        new("alert_not_raised", 409, "The alert has cleared: there is nothing to acknowledge.", "Read the alerts; it is raised again when its condition holds again."),
        new("plan_applied", 409, "The plan was applied before.", "Follow its job by 'links'; to act again, make a new plan."),
        new("plan_expired", 410, "The plan was not applied in time.", "Make a new plan and look at what it finds now."),
        new("plan_not_ready", 409, "The plan's items are still being selected.", "Read the plan by 'links' until its state is 'ready', then send the request again."),
        new("plan_failed", 409, "The plan's items could not be selected.", "Read the plan for the reason and make another one."),
        new("approval_required", 409, "The plan has more items than may be applied without an approval (setting ApprovalThreshold).", "Have it approved by somebody who has not made it, then apply it by its id."),
        new("self_approval", 403, "A plan cannot be approved by its requester, nor one whose requester nobody has verified.", "Let somebody else with the role approver do it; make the plan anew as somebody who is signed in."),
        new("nothing_to_do", 409, "The plan has no item that can be worked on.", "Read the plan: it says why its items are not eligible."),
        new("confirmation_required", 400, "The operation cannot be undone and was not confirmed.", "Say 'confirm' with the number of items, or with the operation's name."),
        new("job_ended", 409, "The job has ended and can no longer be changed.", "Read the job by 'links'; to go on, make a new plan."),
        new("job_cancelling", 409, "The job is being cancelled and begins nothing more.", "Wait for its end; to go on, make a new plan."),
        new("precondition_failed", 412, "What was to be changed is not what was read.", "Read it again, decide again, and send its new ETag."),
        new("idempotency_key_reused", 422, "The key belongs to a request with another body.", "Use a new key for a new request."),
        new("invalid_header", 400, "The header row of the file is missing or makes no sense.", "Correct the header row as 'detail' says."),
        new("unsupported_media_type", 415, "The content type is not one that can be imported.", "Send text/csv, application/x-ndjson, or application/json with a path."),
        new("upload_too_large", 413, "The upload is larger than this app takes.", "Import the file by its path, or raise the setting ImportMaxUploadBytes."),
        new("import_ended", 409, "The import has ended and cannot be canceled.", "Read the import: what it has stored stays."),
        new("export_ended", 409, "The export has ended and cannot be canceled.", "Read the export; to be rid of its file, delete it."),
        new("export_not_ended", 409, "The export is still being written.", "Read the export until it has ended, or cancel it."),
        new("export_without_content", 410, "The file of the export is deleted, or was never complete.", "Read the export for the reason; start another one."),
        new("range_not_satisfiable", 416, "The file has no bytes in the range that was asked for.", "Ask for bytes before its end; Content-Range and the export's lengthBytes tell where that is."),
        new("internal_error", 500, "The request failed for a reason that is ours.", "The log has it under the invocation that 'detail' names."),
        new("storage_unavailable", 503, "The storage does not answer, or the request has taken too long.", "Send the request again after the seconds of Retry-After."),
    ];

    private static readonly Dictionary<string, ProblemKind> ByCode = All.ToDictionary(problem => problem.Code, StringComparer.Ordinal);

    public static bool TryGet(string code, [NotNullWhen(true)] out ProblemKind? problem) => ByCode.TryGetValue(code, out problem);

    public static string Path(string code) => $"/api/problems/{Uri.EscapeDataString(code)}";
}
