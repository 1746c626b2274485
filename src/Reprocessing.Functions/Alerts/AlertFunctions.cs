namespace Reprocessing.Functions.Alerts;

internal sealed class AlertFunctions(AlertStore alerts, IAuditLog audit, TimeProvider time)
{
    private static readonly ReasonRequest Known = new() { Reason = "The carrier is down until noon.", RequestedBy = "maria@example.com" };

    [Function(nameof(ListAlerts))]
    [Endpoint("alerts", "Alerts as they stand, raised ones first.", PageOf = typeof(AlertState),
        Description = "While nothing changes, a look is stored each 15 minutes; a raised alert whose figures change is stored each time.")]
    [Parameter("state", "Only alerts in this state.", OneOf = typeof(AlertStatus))]
    public Task<HttpResponseData> ListAlerts(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/alerts")] HttpRequestData request, CancellationToken cancellationToken)
    {
        var state = request.QueryEnum<AlertStatus>("state");
        return request.PageAsync((limit, token, cancelled) => alerts.ListAsync(state, limit, token, cancelled), alert => alert, cancellationToken);
    }

    /// <summary>Stored, then recorded in the audit log. If the process dies in between, the next evaluation or the same request records it, under the same id.</summary>
    [Function(nameof(AcknowledgeAlert))]
    [Endpoint("alerts", "Says that somebody has taken notice of a raised alert, and why it may last.",
        Description = "It ends when the alert clears. Asked again with the same reason it changes nothing; another one takes its place.")]
    [Body(typeof(ReasonRequest), Example = nameof(Known))]
    [Response(200, "The alert.", typeof(AlertState))]
    [Refuses("not_found", "alert_not_raised")]
    public async Task<HttpResponseData> AcknowledgeAlert(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/alerts/{alertId}/acknowledge")] HttpRequestData request,
        string alertId,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<ReasonRequest>(cancellationToken);
        var alert = await alerts.AcknowledgeAsync(alertId, Caller.Of(request, body.RequestedBy), body.Reason!, time.GetUtcNow(), cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("alert", alertId));
        ProblemException.ThrowIf(alert.IsRaised ? null
            : Problems.Conflict("alert_not_raised", "The alert is not raised.", $"The alert '{alertId}' has been cleared since {alert.Since:O}."));
        await audit.AddAcknowledgementAsync(alert, cancellationToken);
        return await request.OkAsync(alert, cancellationToken);
    }
}

internal sealed record ReasonRequest
{
    [Required]
    [Text]
    public string? Reason { get; init; }

    [Caller]
    [Description("Whoever asks; who is signed in, where the platform's sign-in is on.")]
    public string? RequestedBy { get; init; }
}

internal static class AlertAudit
{
    public const string AcknowledgedAction = "alert.acknowledged";

    public static async Task AddAcknowledgementAsync(this IAuditLog audit, AlertState alert, CancellationToken cancellationToken)
    {
        if (alert.Acknowledgement is { } acknowledgement)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"alert-{alert.Id}.{alert.Since.UtcTicks}.acknowledgement-{acknowledgement.Version}");
            await audit.AddAsync(
                new(id, acknowledgement.At, acknowledgement.By, AcknowledgedAction, alert.Id) { Reason = acknowledgement.Reason, Detail = alert.Message }, cancellationToken);
        }
    }
}
