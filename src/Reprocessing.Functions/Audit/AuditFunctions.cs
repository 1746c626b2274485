namespace Reprocessing.Functions.Audit;

internal sealed class AuditFunctions(IAuditLog audit)
{
    [Function(nameof(ListAuditEvents))]
    [Endpoint("audit", "Who did what, when and why, newest first.", PageOf = typeof(AuditEvent))]
    [Parameter("actor", "Only what this one did, or somebody who claimed to be this one.")]
    [Parameter("action", "Only this action, as job.paused.")]
    [Parameter("target", "Only what was done to the job, plan, order or group of this id.")]
    [Parameter("from", "Not before.", IsTime = true)]
    [Parameter("to", "Not after.", IsTime = true)]
    public Task<HttpResponseData> ListAuditEvents(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/audit-events")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var query = new AuditQuery(
            request.QueryText("actor"), request.QueryText("action"), request.QueryText("target"), request.QueryTime("from"), request.QueryTime("to"));
        return request.PageAsync((limit, token, cancelled) => audit.ListAsync(query, limit, token, cancelled), told => told, cancellationToken);
    }
}
