namespace Reprocessing.Functions.FailureGroups;

internal sealed class FailureGroupFunctions(
    IFailureGroups groups, GroupRetries retries, StatisticsHistory history, IAuditLog audit, TimeProvider time)
{
    private static readonly EditFailureGroupRequest Archive = new()
    {
        State = EditedGroupState.Archived,
        Note = "The old printers; gone in May.",
        RequestedBy = "maria@example.com",
    };

    [Function(nameof(ListFailureGroups))]
    [Endpoint("dead letters", "Failing orders and dead letters by kind of failure, those with the most of them first.", PageOf = typeof(FailureGroup))]
    [Parameter("state", "Only groups in this state.", OneOf = typeof(FailureGroupState))]
    public Task<HttpResponseData> ListFailureGroups(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/failure-groups")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var state = request.QueryEnum<FailureGroupState>("state");
        return request.PageAsync(
            async (limit, token, cancelled) =>
            {
                var recent = await history.ReadGroupsAsync(time.GetUtcNow(), cancelled);
                var page = await groups.ListAsync(state, limit, token, cancelled);
                return page with { Items = [.. page.Items.Select(group => group with { Recent = recent(group.Fingerprint) })] };
            },
            group => group,
            cancellationToken);
    }

    [Function(nameof(GetFailureGroup))]
    [Endpoint("dead letters", "One kind of failure, with what came of its last bulk retries.")]
    [Response(200, "The group.", typeof(FailureGroup), "ETag")]
    [Refuses("not_found")]
    public async Task<HttpResponseData> GetFailureGroup(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/failure-groups/{fingerprint}")] HttpRequestData request,
        string fingerprint,
        CancellationToken cancellationToken)
    {
        var found = await groups.GetAsync(fingerprint, cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("failure group", fingerprint));
        var recent = await history.ReadGroupsAsync(time.GetUtcNow(), cancellationToken);
        var group = found.Group with { Retries = await retries.ReadAsync(fingerprint, cancellationToken), Recent = recent(fingerprint) };
        return await request.RespondAsync(HttpStatusCode.OK, group, [(EntityTags.Header, EntityTags.Of(found.Tag))], cancellationToken);
    }

    /// <summary>If the process dies before the edit is in the audit log, the same request sent again changes nothing and records it under the same id.</summary>
    [Function(nameof(EditFailureGroup))]
    [Endpoint("dead letters", "Puts a kind of failure aside, or takes it up again.", HonoursIfMatch = true,
        Description = "Entries of an archived group are dead letters like others; only the group is out of the way. Asked again it changes nothing.")]
    [Body(typeof(EditFailureGroupRequest), Example = nameof(Archive))]
    [Response(200, "The group.", typeof(FailureGroup), "ETag")]
    [Refuses("not_found")]
    public async Task<HttpResponseData> EditFailureGroup(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "api/failure-groups/{fingerprint}")] HttpRequestData request,
        string fingerprint,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<EditFailureGroupRequest>(cancellationToken);
        var found = await groups.EditAsync(fingerprint, body.ToDemand(request), tag => EntityTags.Allows(request, tag), cancellationToken)
            ?? throw new ProblemException(Problems.NotFound("failure group", fingerprint));
        if (LastEdit(found) is { } edit)
        {
            await audit.AddAsync(edit, cancellationToken);
        }

        return await request.RespondAsync(HttpStatusCode.OK, found.Group, [(EntityTags.Header, EntityTags.Of(found.Tag))], cancellationToken);
    }

    private static AuditEvent? LastEdit(FoundFailureGroup found) => found.Edit is not { } edit ? null : new(
        string.Create(CultureInfo.InvariantCulture, $"group-{found.Group.Fingerprint}.edit-{edit.Version}"),
        edit.At,
        edit.By,
        edit.IsArchived ? "failure_group.archived" : "failure_group.opened",
        found.Group.Fingerprint)
    {
        Reason = edit.Note,
        Detail = $"{found.Group.FailureStatus}: {found.Group.SampleReason}",
    };
}

/// <summary>What a person can make of a kind of failure; all other states follow from its entries.</summary>
internal enum EditedGroupState
{
    Archived,
    Open,
}

internal sealed record EditFailureGroupRequest
{
    [Required(ErrorMessage = "is needed: archived or open.")]
    [Description("archived puts the group aside, whatever comes; open lets its state follow from its entries again.")]
    public EditedGroupState? State { get; init; }

    [Text(IsProse = true)]
    [Description("Why. Not said, the note stays while the state does.")]
    public string? Note { get; init; }

    [Caller]
    [Description("Whoever asks; who is signed in, where the platform's sign-in is on.")]
    public string? RequestedBy { get; init; }

    public FailureGroupDemand ToDemand(HttpRequestData request) => new(State == EditedGroupState.Archived, Note, Caller.Of(request, RequestedBy));
}
