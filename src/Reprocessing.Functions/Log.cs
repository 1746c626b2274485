namespace Reprocessing.Functions;

/// <summary>Everything the app logs: events 5000 to 5999. Ids yes, payloads never.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Error, "The request {Path} failed (invocation {InvocationId})")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string path, string invocationId);

    [LoggerMessage(5001, LogLevel.Error, "The storage did not answer the request {Path}")]
    public static partial void StorageUnavailable(this ILogger logger, Exception exception, string path);

    [LoggerMessage(5002, LogLevel.Error, "The app is unhealthy: its storage does not answer")]
    public static partial void HealthFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5010, LogLevel.Information, "Run requested: {InstanceId} started by {Trigger}, maxOrders {MaxOrders}")]
    public static partial void RunStarted(this ILogger logger, string instanceId, RunTrigger trigger, int? maxOrders);

    [LoggerMessage(5009, LogLevel.Information, "Run {RunId} begins, started by {Trigger}; the orchestrations' version is {Version}")]
    public static partial void RunBegins(this ILogger logger, string runId, RunTrigger trigger, string version);

    [LoggerMessage(5011, LogLevel.Warning, "The schedule is past due: the app was not running at the time of the tick")]
    public static partial void TickPastDue(this ILogger logger);

    [LoggerMessage(5012, LogLevel.Warning, "The tick started no run: {Reason}")]
    public static partial void TickSkipped(this ILogger logger, string reason);

    [LoggerMessage(5013, LogLevel.Information, "Run {RunId} completed: found {Found}, restarted {Restarted}, dead-lettered {DeadLettered}, errors {Errors}, skipped {Skipped}")]
    public static partial void RunCompleted(this ILogger logger, string runId, int found, int restarted, int deadLettered, int errors, int skipped);

    [LoggerMessage(5014, LogLevel.Error, "Run {RunId} failed after {Found} orders: {Reason}")]
    public static partial void RunFailed(this ILogger logger, string runId, int found, string reason);

    [LoggerMessage(5015, LogLevel.Warning, "Alert {Kind} raised ({AlertId}): {Message}")]
    public static partial void AlertRaised(this ILogger logger, string kind, string alertId, string message);

    [LoggerMessage(5023, LogLevel.Information, "Alert {Kind} cleared ({AlertId}): {Message}")]
    public static partial void AlertCleared(this ILogger logger, string kind, string alertId, string message);

    [LoggerMessage(5016, LogLevel.Error, "Run {RunId} has lost or doubled an order in its counts: {Result}")]
    public static partial void RunUnbalanced(this ILogger logger, string runId, string result);

    [LoggerMessage(5017, LogLevel.Warning, "Attempt {Attempt} of {Attempts} of run {RunId} failed: {Reason}")]
    public static partial void RunAttemptFailed(this ILogger logger, string runId, int attempt, int attempts, string reason);

    [LoggerMessage(5018, LogLevel.Warning, "Run {RunId} could not finish interrupted starts: {Reason}")]
    public static partial void InterruptedStartsFailed(this ILogger logger, string runId, string reason);

    [LoggerMessage(5019, LogLevel.Warning, "Run {RunId} finished {Count} interrupted starts")]
    public static partial void InterruptedStartsFinished(this ILogger logger, string runId, int count);

    [LoggerMessage(5020, LogLevel.Warning, "Attempt {Attempt} of {Attempts} of activity {Activity} failed: {Reason}")]
    public static partial void ActivityAttemptFailed(this ILogger logger, string activity, int attempt, int attempts, string reason);

    [LoggerMessage(5022, LogLevel.Warning, "The orders that are due could not be counted for run {RunId}")]
    public static partial void DueNotCounted(this ILogger logger, Exception exception, string runId);

    [LoggerMessage(5034, LogLevel.Warning, "Workflow {WorkflowId} of order {OrderId} could not be started; the next run tries again")]
    public static partial void WorkflowNotStarted(this ILogger logger, Exception exception, string orderId, string workflowId);

    [LoggerMessage(5035, LogLevel.Warning, "Workflow {WorkflowId} of order {OrderId} was not begun within {Limit}: the attempt has failed")]
    public static partial void StartNotAcknowledged(this ILogger logger, string orderId, string workflowId, TimeSpan limit);

    [LoggerMessage(5040, LogLevel.Warning, "Stage {Stage} of order {OrderId} failed in {WorkflowId}: {ErrorType}")]
    public static partial void StageFailed(this ILogger logger, string orderId, string workflowId, string stage, string errorType);

    [LoggerMessage(5041, LogLevel.Information, "Order {OrderId} no longer belongs to workflow {WorkflowId}: {Reason}")]
    public static partial void AttemptRefused(this ILogger logger, string orderId, string workflowId, string reason);

    [LoggerMessage(5042, LogLevel.Debug, "Workflow {WorkflowId}, which order {OrderId} no longer belongs to, was not ended: it has ended before, or does at a later stage")]
    public static partial void WorkflowNotEnded(this ILogger logger, Exception exception, string orderId, string workflowId);

    [LoggerMessage(5250, LogLevel.Information, "Plan {PlanId} to {Operation}: {Count} items, {Ineligible} more that cannot be worked on")]
    public static partial void PlanMade(this ILogger logger, string planId, JobOperation operation, int count, int ineligible);

    [LoggerMessage(5251, LogLevel.Warning, "Plan {PlanId} was not made: more than {MaxItems} items match")]
    public static partial void PlanRefused(this ILogger logger, string planId, int maxItems);

    [LoggerMessage(5257, LogLevel.Warning, "Plan {PlanId} is not prepared: {Reason}")]
    public static partial void PlanNotPrepared(this ILogger logger, string planId, string reason);

    [LoggerMessage(5252, LogLevel.Information, "Job {JobId} to {Operation} {TotalItems} items is started")]
    public static partial void JobStarted(this ILogger logger, string jobId, JobOperation operation, int? totalItems);

    [LoggerMessage(5253, LogLevel.Warning, "The orchestration of job {JobId} could not be started; the job is stored and will be started later")]
    public static partial void JobNotStarted(this ILogger logger, Exception exception, string jobId);

    [LoggerMessage(5254, LogLevel.Information, "Job {JobId} was changed: {Action}, control version {Version}")]
    public static partial void JobChanged(this ILogger logger, string jobId, string action, int version);

    [LoggerMessage(5256, LogLevel.Warning, "Job {JobId} could not be looked after; it is with the next check")]
    public static partial void JobNotChecked(this ILogger logger, Exception exception, string jobId);

    [LoggerMessage(5255, LogLevel.Warning, "The newest outcomes of job {JobId} could not be carried over; the ones shown may be older")]
    public static partial void OutcomesNotFresh(this ILogger logger, Exception exception, string jobId);

    [LoggerMessage(5300, LogLevel.Debug, "{Count} restarted workflows have ended and are counted with their jobs")]
    public static partial void OutcomesProjected(this ILogger logger, int count);

    [LoggerMessage(5200, LogLevel.Information, "Job {JobId} begins: {Operation} of {Total} items, asked for by {RequestedBy}")]
    public static partial void JobBegins(this ILogger logger, string jobId, string operation, int? total, string requestedBy);

    [LoggerMessage(5201, LogLevel.Information, "Job {JobId} ({Operation}) ended as {State}: {Counts}; {Reason}")]
    public static partial void JobEnded(this ILogger logger, string jobId, string operation, string state, string counts, string? reason);

    [LoggerMessage(5202, LogLevel.Warning, "Job {JobId} paused itself: {Reason}")]
    public static partial void JobPausedItself(this ILogger logger, string jobId, string reason);

    [LoggerMessage(5203, LogLevel.Error, "{Activity} of {Count} items of job {JobId} failed: {Reason}")]
    public static partial void ItemsCallFailed(this ILogger logger, string activity, string jobId, int count, string reason);

    [LoggerMessage(5204, LogLevel.Warning, "{Activity} of job {JobId} failed: {Reason}")]
    public static partial void ControlNotRead(this ILogger logger, string activity, string jobId, string reason);

    [LoggerMessage(5205, LogLevel.Warning, "The orchestration {InstanceId} could not be told of its job's control; it will read it by itself")]
    public static partial void ControlNotSent(this ILogger logger, Exception exception, string instanceId);

    [LoggerMessage(5206, LogLevel.Warning, "The outcomes could not be carried over at the end of job {JobId}")]
    public static partial void OutcomesNotProjected(this ILogger logger, Exception exception, string jobId);

    [LoggerMessage(5207, LogLevel.Error, "Job {JobId} is ended in place of its orchestration, which has failed, was ended from outside, or is gone")]
    public static partial void JobOrphaned(this ILogger logger, string jobId);

    [LoggerMessage(5210, LogLevel.Debug, "Job {JobId}: item {ItemId} {State}, workflow {WorkflowId}")]
    public static partial void ItemDone(this ILogger logger, string jobId, string itemId, string state, string? workflowId);

    [LoggerMessage(5211, LogLevel.Information, "Job {JobId}: item {ItemId} dead-lettered")]
    public static partial void ItemDeadLettered(this ILogger logger, string jobId, string itemId);

    [LoggerMessage(5212, LogLevel.Debug, "Job {JobId}: item {ItemId} skipped, {Reason}")]
    public static partial void ItemSkipped(this ILogger logger, string jobId, string itemId, string? reason);

    [LoggerMessage(5213, LogLevel.Warning, "Job {JobId}: item {ItemId} failed, {Reason}: {Detail}")]
    public static partial void ItemFailed(this ILogger logger, string jobId, string itemId, string? reason, string? detail);

    [LoggerMessage(5310, LogLevel.Warning, "The history of workflow {InstanceId} cannot be read a second time: {Reason}")]
    public static partial void HistoryNotReadAgain(this ILogger logger, string instanceId, string reason);

    [LoggerMessage(5311, LogLevel.Warning, "The reset of workflow {InstanceId} by job {JobId} failed")]
    public static partial void WorkflowNotReset(this ILogger logger, Exception exception, string jobId, string instanceId);

    [LoggerMessage(5312, LogLevel.Warning, "{Count} resets of job {JobId} were left half done and are gone on with")]
    public static partial void ResetsGoneOnWith(this ILogger logger, string jobId, int count);

    [LoggerMessage(5313, LogLevel.Warning, "The half-done resets of job {JobId} could not be gone on with; the next look does")]
    public static partial void ResetsNotFinished(this ILogger logger, Exception exception, string jobId);

    [LoggerMessage(5320, LogLevel.Warning, "Workflow {WorkflowId} of order {OrderId} {What}; its failure is recorded and the order is due again")]
    public static partial void WorkflowLost(this ILogger logger, string orderId, string workflowId, string what);

    [LoggerMessage(5321, LogLevel.Information, "The index said of workflow {InstanceId} {Indexed}, the engine says {Status}")]
    public static partial void WorkflowCorrected(this ILogger logger, string instanceId, WorkflowStatus indexed, WorkflowStatus status);

    [LoggerMessage(5340, LogLevel.Error, "Maintenance: {Step} failed; the next tick takes it again")]
    public static partial void MaintenanceFailed(this ILogger logger, Exception exception, string step);

    [LoggerMessage(5341, LogLevel.Information, "Maintenance: {Step} has more to do, the next tick goes on with it")]
    public static partial void MaintenanceGoesOn(this ILogger logger, string step);

    [LoggerMessage(5342, LogLevel.Warning, "Maintenance: no time was left for {Step}, the next tick takes it")]
    public static partial void MaintenancePutOff(this ILogger logger, string step);

    [LoggerMessage(5343, LogLevel.Information, "Retention: {Count} removed of kind {Kind}")]
    public static partial void Removed(this ILogger logger, string kind, int count);

    [LoggerMessage(5344, LogLevel.Warning, "Retention: {Id} could not be removed; the next round tries again")]
    public static partial void NotRemoved(this ILogger logger, Exception exception, string id);

    [LoggerMessage(5322, LogLevel.Warning, "Workflow {InstanceId} could not be looked at")]
    public static partial void WorkflowNotChecked(this ILogger logger, Exception exception, string instanceId);

    [LoggerMessage(5323, LogLevel.Warning, "Workflow {InstanceId} could not be recorded as {Status}: {Reason}")]
    public static partial void WorkflowNotRecorded(this ILogger logger, string instanceId, WorkflowStatus status, string reason);

    [LoggerMessage(5330, LogLevel.Debug, "The receiver of {Target} accepted {WebhookId}")]
    public static partial void WebhookAccepted(this ILogger logger, string target, string webhookId);

    [LoggerMessage(5331, LogLevel.Warning, "The receiver of {Target} did not accept {WebhookId}: {Reason}")]
    public static partial void WebhookNotAccepted(this ILogger logger, string target, string webhookId, string reason);

    [LoggerMessage(5332, LogLevel.Error, "The receiver of {Target} answered 410 to {WebhookId}: nothing more is sent there until the app starts again")]
    public static partial void WebhookClosed(this ILogger logger, string target, string webhookId);

    [LoggerMessage(5333, LogLevel.Warning, "Notification {NotificationId} could not be started; it stays pending")]
    public static partial void NotificationNotStarted(this ILogger logger, Exception exception, string notificationId);

    [LoggerMessage(5334, LogLevel.Warning, "{Count} notifications that were left pending are on their way")]
    public static partial void NotificationsFinished(this ILogger logger, int count);

    [LoggerMessage(5335, LogLevel.Error, "Notification {NotificationId} was given up after {Attempts} tries: {Reason}")]
    public static partial void NotificationLost(this ILogger logger, string notificationId, int attempts, string reason);

    [LoggerMessage(5301, LogLevel.Information, "Import {ImportId} begins: {Format}, {Mode}, {Length} bytes")]
    public static partial void ImportBegins(this ILogger logger, string importId, ImportFormat format, ImportMode mode, long length);

    [LoggerMessage(5302, LogLevel.Information, "Import {ImportId} ended as {State}: read {Read}, stored {Stored}, already there {AlreadyThere}, rejected {Rejected}")]
    public static partial void ImportEnded(this ILogger logger, string importId, string state, int read, int stored, int alreadyThere, int rejected);

    [LoggerMessage(5305, LogLevel.Warning, "Page {Page} of import {ImportId}: {Count} lookups failed, the first because: {Reason}")]
    public static partial void LookupsFailed(this ILogger logger, string importId, int page, int count, string reason);

    [LoggerMessage(5303, LogLevel.Warning, "Page {Page} of import {ImportId} is stored without what was to be looked up: {Reason}")]
    public static partial void PageNotEnriched(this ILogger logger, string importId, int page, string reason);

    [LoggerMessage(5304, LogLevel.Warning, "The request of import {ImportId} was cut off long ago; the import is ended")]
    public static partial void UploadAbandoned(this ILogger logger, string importId);

    [LoggerMessage(5361, LogLevel.Information, "Export {ExportId} begins: {What}, {Format}, asked for by {RequestedBy}")]
    public static partial void ExportBegins(this ILogger logger, string exportId, ExportSubject what, ImportFormat format, string requestedBy);

    [LoggerMessage(5362, LogLevel.Information, "Export {ExportId} ended as {State}: records {Records}, skipped {Skipped}, {Bytes} bytes")]
    public static partial void ExportEnded(this ILogger logger, string exportId, string state, int records, int skipped, long bytes);

    [LoggerMessage(5363, LogLevel.Error, "The order in row {Row} cannot be read and is left out of {Export}: {Reason}")]
    public static partial void OrderNotExported(this ILogger logger, string export, string row, string reason);

    [LoggerMessage(5364, LogLevel.Information, "The content of {TransferId} is deleted: its time is over")]
    public static partial void ContentDropped(this ILogger logger, string transferId);

    [LoggerMessage(5350, LogLevel.Warning, "Attempt {Attempt} of {Activity} on page {Page} of import {ImportId} made no progress and is given up")]
    public static partial void PageAbandoned(this ILogger logger, int attempt, string activity, int page, string importId);
}
