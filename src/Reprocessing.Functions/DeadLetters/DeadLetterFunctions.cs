namespace Reprocessing.Functions.DeadLetters;

internal sealed class DeadLetterFunctions(IDeadLetters deadLetters, DeadLetterResponses responses, TimeProvider time)
{
    private static readonly DeadLetterQueryRequest Query = new() { Filter = "errorType = timeout AND $.customer.tier = 'gold'" };

    private static IReadOnlyList<string> Resolutions => DeadLetterFilters.Resolutions;

    [Function(nameof(ListDeadLetters))]
    [Endpoint("dead letters", "The dead-letter queue, newest first.", Description = "Without their histories and notes, which one dead letter alone has.", PageOf = typeof(DeadLetterRow))]
    [Parameter("filter", "In the filter grammar: errorType = timeout AND age > 1d AND $.customer.tier = 'gold'.")]
    [Parameter("resolution", "How they left the queue; those still in it unless said, or unless the filter names the resolution.", Values = nameof(Resolutions))]
    [Refuses("invalid_filter")]
    public Task<HttpResponseData> ListDeadLetters(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/dead-letters")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        PageAsync(request, DeadLetterFilters.ReadQuery(request, time.GetUtcNow()), cancellationToken);

    [Function(nameof(QueryDeadLetters))]
    [Endpoint("dead letters", "Lists dead letters by a filter that is too long for an address.", Role = Role.Viewer, PageOf = typeof(DeadLetterRow))]
    [Body(typeof(DeadLetterQueryRequest), Example = nameof(Query))]
    [Refuses("invalid_filter")]
    public async Task<HttpResponseData> QueryDeadLetters(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/dead-letters/query")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var asked = await request.ReadBodyAsync<DeadLetterQueryRequest>(cancellationToken);
        return await PageAsync(request, DeadLetterFilters.ToQuery(asked.Filter, asked.Resolution, time.GetUtcNow()), cancellationToken);
    }

    [Function(nameof(GetDeadLetter))]
    [Endpoint("dead letters", "The dead letter of an order, with its whole attempt history.")]
    [Response(200, "The dead letter.", typeof(DeadLetterResponse), EntityTags.Header)]
    [Refuses("invalid_parameter", "not_found")]
    public async Task<HttpResponseData> GetDeadLetter(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/dead-letters/{orderId}")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken) => await responses.ShowAsync(request, orderId, HttpStatusCode.OK, cancellationToken);

    private Task<HttpResponseData> PageAsync(HttpRequestData request, DeadLetterQuery query, CancellationToken cancellationToken) => request.PageAsync(
        (limit, token, cancelled) => deadLetters.ListAsync(query, limit, token, cancelled),
        entry => new DeadLetterRow(entry),
        cancellationToken);
}

/// <summary>What people do with one dead letter. A decision is stored before a workflow is started.</summary>
internal sealed class DeadLetterCommandFunctions(
    IDeadLetterCommands commands, DeadLetterResponses responses, RestartStarter starter, INotifications notifications)
{
    private static readonly ResolveDeadLetterRequest Resolution = new()
    {
        Resolution = "manual_retry",
        ResolvedBy = "maria@example.com",
        Notes = "The shelf is full again.",
    };

    private static readonly AddDeadLetterNoteRequest Note = new() { Text = "The carrier was asked.", Author = "maria@example.com" };

    [Function(nameof(ResolveDeadLetter))]
    [Endpoint("dead letters", "Takes a dead letter out of the queue: retries, cancels or escalates it.", HonoursIfMatch = true,
        Description = "Of two that do so at once one is refused and told who was quicker. What was escalated can still be retried or cancelled.")]
    [Body(typeof(ResolveDeadLetterRequest), Example = nameof(Resolution))]
    [Response(200, "Resolved.", typeof(DeadLetterResponse), "Location", EntityTags.Header)]
    [Response(202, "Resolved as manual_retry, and its workflow could not be started yet: the order is pending_retry, and the start is tried again.",
        typeof(DeadLetterResponse), "Location", EntityTags.Header)]
    [Refuses("invalid_parameter", "not_found", "already_resolved", "permanent_failure", "reopened_too_often", "leased", "not_dead_letter")]
    public async Task<HttpResponseData> ResolveDeadLetter(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/dead-letters/{orderId}/resolve")] HttpRequestData request,
        string orderId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<ResolveDeadLetterRequest>(read => read.Faults(), cancellationToken);
        var action = new AuditedAction(Caller.Of(request, body.ResolvedBy), body.Notes);
        DeadLetterCommand command = body.Decision is { } resolution and not DeadLetterResolution.ManualRetry
            ? new ResolveCommand(action, resolution, body.Notes) { NotifiesExternally = notifications.AreWanted }
            : new RequeueCommand(action, body.Force, body.Modifications?.ToDomain(), body.Notes);
        var results = await commands.HandleAsync(
            command with { Allows = tag => EntityTags.Allows(request, tag) }, [new(orderId, string.Empty)], cancellationToken);
        var left = await starter.StartAllAsync(
            client, [.. results.Select(result => result.Start).OfType<OrderStart>()], cancellationToken, isCalledAgain: false);
        await notifications.EscalatedAsync(client, results, cancellationToken);
        var done = left.Count == 0 ? HttpStatusCode.OK : HttpStatusCode.Accepted;
        return await responses.RespondAsync(request, results[0], OrderCommand.Resolved, done, cancellationToken);
    }

    [Function(nameof(AddDeadLetterNote))]
    [Endpoint("dead letters", "Writes a note on a dead letter and on its order's timeline.", HonoursIfMatch = true,
        Description = "Not idempotent: two notes may say the same.")]
    [Body(typeof(AddDeadLetterNoteRequest), Example = nameof(Note))]
    [Response(201, "Written.", typeof(DeadLetterResponse), "Location", EntityTags.Header)]
    [Refuses("invalid_parameter", "not_found")]
    public async Task<HttpResponseData> AddDeadLetterNote(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/dead-letters/{orderId}/notes")] HttpRequestData request,
        string orderId,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<AddDeadLetterNoteRequest>(cancellationToken);
        var command = new AddNoteCommand(new(Caller.Of(request, body.Author)), body.Text!) { Allows = tag => EntityTags.Allows(request, tag) };
        var results = await commands.HandleAsync(command, [new(orderId, string.Empty)], cancellationToken);
        return await responses.RespondAsync(request, results[0], OrderCommand.NoteAdded, HttpStatusCode.Created, cancellationToken);
    }
}

internal sealed record AddDeadLetterNoteRequest
{
    [Required]
    [Text(IsProse = true)]
    public string? Text { get; init; }

    [Caller]
    public string? Author { get; init; }
}

internal sealed record ResolveDeadLetterRequest
{
    [OneOf<DeadLetterResolution>]
    [Description("manual_retry, cancelled or escalated.")]
    public string? Resolution { get; init; }

    [Description("Who decided it; whoever is signed in, where the platform's sign-in is on.")]
    [Caller]
    public string? ResolvedBy { get; init; }

    [Text(IsProse = true)]
    public string? Notes { get; init; }

    [Description("Retries also a permanent failure, and what came back too often.")]
    public bool Force { get; init; }

    [Description("What the retried workflow does otherwise than the settings say.")]
    public RetryModifications? Modifications { get; init; }

    [JsonIgnore]
    public DeadLetterResolution? Decision => EnumNames.TryParse<DeadLetterResolution>(Resolution, out var decision) ? decision : null;

    public IEnumerable<ProblemError?> Faults() => Decision is null or DeadLetterResolution.ManualRetry ? [] :
    [
        Force ? new("'force' is for manual_retry alone.", "#/force") : null,
        Modifications is not null ? new("'modifications' are for manual_retry alone.", "#/modifications") : null,
    ];
}
