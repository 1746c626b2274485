using static Reprocessing.Functions.Tests.DeadLetters.DeadLetterApp;

namespace Reprocessing.Functions.Tests.DeadLetters;

public sealed class DeadLetterFunctionsTests
{
    private const string Ada = "ada (claimed)";
    private const string Retry = """{ "resolution": "manual_retry", "resolvedBy": "ada", "notes": "full again", "modifications": { "from": "beginning", "stageTimeoutSeconds": 9 } }""";
    private const string ActionBody = """{ "reason": "asked", "requestedBy": "ada" }""";

    private static readonly ItemRef[] A1 = [new("A1", string.Empty)];

    private readonly DeadLetterApp _app = new();

    [Fact]
    public async Task A_retry_is_decided_started_told_and_answered_with_its_tag()
    {
        var asked = _app.TakesUp(Done with { Start = Start });
        _app.Tells(new TimelineEvent(6, Backlog.Start, TimelineEventKind.Requeued) { Actor = Ada, Detail = "full again", WorkflowId = Start.WorkflowId });
        _app.Entry = Open with { Resolution = DeadLetterResolution.ManualRetry, ResolvedBy = Ada, ResolvedAt = Backlog.Start };

        var answer = await _app.ResolveAsync(Retry);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(EntityTags.Of(Tag), answer.Header("ETag"));
        Assert.Equal("manual_retry", Text(answer.Json(), "resolution"));
        Assert.Equal("/api/orders/A1/timeline", Text(answer.Json().GetProperty("links"), "timeline"));
        var request = Assert.Single(asked);
        Assert.Equal((new AuditedAction(Ada, "full again"), false, "full again"), (request.Action, request.Force, request.Note));
        Assert.Equal(new RestartModifications(TimeSpan.FromSeconds(9), RestartPoint.Beginning), request.Modifications);
        Assert.Equal(Start.WorkflowId, Assert.Single(_app.Engine.Started).Id);
        var told = Assert.Single(_app.Log.Audit);
        Assert.Equal(("order.A1.6", Ada, "dead_letter.resolved", "A1", "full again"), (told.EventId, told.Actor, told.Action, told.Target, told.Reason));
    }

    [Fact]
    public async Task A_retry_whose_workflow_cannot_be_started_now_is_answered_as_still_to_come()
    {
        _app.TakesUp(Done with { Start = Start });
        _app.Engine.FailsWith = new TimeoutException("no engine");

        var answer = await _app.ResolveAsync(Retry);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("A1", Text(answer.Json(), "orderId"));
    }

    [Fact]
    public async Task A_process_that_died_before_it_told_of_a_deed_tells_of_it_when_it_is_asked_again()
    {
        _app.TakesUp(Done with { Start = Start });
        _app.Tells(new TimelineEvent(6, Backlog.Start, TimelineEventKind.Requeued) { Actor = Ada });
        _app.Process.DiesAt = 1;

        Assert.Equal(HttpStatusCode.InternalServerError, (await _app.ResolveAsync(Retry)).StatusCode);
        Assert.Empty(_app.Log.Audit);

        _app.Process.Revive();
        _app.TakesUp(Skipped(ItemReasons.AlreadyResolved));

        Assert.Equal(HttpStatusCode.Conflict, (await _app.ResolveAsync(Retry)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _app.ResolveAsync(Retry)).StatusCode);
        Assert.Equal("order.A1.6", Assert.Single(_app.Log.Audit).EventId);
    }

    [Fact]
    public async Task Of_deeds_at_once_each_tells_its_own_and_never_a_jobs()
    {
        _app.Actions.Setup(actions => actions.HandleAsync(
            It.Is<AddNoteCommand>(note => note.Text == "look" && note.Action.By == Ada), A1, It.IsAny<CancellationToken>())).ReturnsAsync([Done]);
        _app.Tells(
            new TimelineEvent(5, Backlog.Start, TimelineEventKind.Note) { Actor = "bob" },
            new TimelineEvent(6, Backlog.Start, TimelineEventKind.Note) { Actor = Ada, Detail = "look" },
            new TimelineEvent(7, Backlog.Start, TimelineEventKind.Note) { Actor = "eve" },
            new TimelineEvent(8, Backlog.Start, TimelineEventKind.Note) { Actor = "eve", RunId = "job-1" });

        var answer = await _app.NoteAsync("""{ "text": "look", "author": "ada" }""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(("order.A1.6", "dead_letter.note_added"), (Assert.Single(_app.Log.Audit).EventId, _app.Log.Audit[0].Action));
    }

    [Theory]
    [InlineData(ItemReasons.PermanentFailure, 409, "permanent_failure")]
    [InlineData(ItemReasons.ReopenedTooOften, 409, "reopened_too_often")]
    [InlineData(ItemReasons.Leased, 409, "leased")]
    [InlineData(ItemReasons.NotFound, 404, "not_found")]
    [InlineData(ItemReasons.NotDeadLetter, 409, "not_dead_letter")]
    [InlineData(ItemReasons.StorageRefused, 503, "storage_unavailable")]
    [InlineData(ItemReasons.ProcessingFailed, 500, "internal_error")]
    public async Task What_was_not_done_says_why(string reason, int status, string code)
    {
        _app.TakesUp(Skipped(reason));

        var answer = await _app.ResolveAsync(Retry);

        Assert.Equal((status, code), ((int)answer.StatusCode, Text(answer.Json(), "code")));
        Assert.Empty(_app.Engine.Started);
    }

    [Fact]
    public async Task Of_two_that_resolve_one_is_told_who_was_quicker_and_when()
    {
        _app.Resolves(Skipped(
            ItemReasons.AlreadyResolved,
            Open with { Resolution = DeadLetterResolution.Cancelled, ResolvedBy = "bob", ResolvedAt = new(2026, 3, 1, 12, 0, 7, TimeSpan.Zero) }));

        var answer = await _app.ResolveAsync("""{ "resolution": "escalated", "resolvedBy": "ada" }""");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("It was resolved as cancelled by 'bob' at 2026-03-01 12:00:07Z.", Text(answer.Json(), "detail"));
        Assert.Equal("/api/dead-letters/A1", Text(answer.Json().GetProperty("links"), "deadLetter"));
    }

    [Theory]
    [InlineData("""{ "resolution": "later", "resolvedBy": "ada" }""", "#/resolution", "manual_retry, cancelled, escalated")]
    [InlineData("""{ "resolvedBy": "ada" }""", "#/resolution", "manual_retry")]
    [InlineData("""{ "resolution": "escalated" }""", "#/resolvedBy", "resolvedBy")]
    [InlineData("""{ "resolution": "escalated", "resolvedBy": "ada", "notes": " " }""", "#/notes", "blank")]
    [InlineData("""{ "resolution": "escalated", "resolvedBy": "ada", "force": true }""", "#/force", "manual_retry")]
    [InlineData("""{ "resolution": "cancelled", "resolvedBy": "ada", "modifications": {} }""", "#/modifications", "manual_retry")]
    [InlineData("""{ "resolution": "manual_retry", "resolvedBy": "ada", "modifications": { "stageTimeoutSeconds": 0 } }""", "#/modifications/stageTimeoutSeconds", "1")]
    [InlineData("""{ "resolution": "manual_retry", "resolvedBy": "ada", "modifications": { "from": "middle" } }""", "#/modifications/from", "wrong type")]
    public async Task A_resolution_that_makes_no_sense_is_a_400_and_changes_nothing(string body, string member, string detail)
    {
        var answer = await _app.ResolveAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = answer.Json().GetProperty("errors")[0];
        Assert.Equal(member, Text(error, "pointer"));
        Assert.Contains(detail, Text(error, "detail"), StringComparison.Ordinal);
        _app.Actions.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task A_conditional_edit_is_allowed_for_the_tag_that_was_read_alone()
    {
        var asked = _app.Resolves(Done);

        await _app.ResolveAsync("""{ "resolution": "escalated", "resolvedBy": "ada" }""", EntityTags.Of(Tag));

        Assert.True(asked[0].Allows!(Tag));
        Assert.False(asked[0].Allows!("W/\"8\""));

        _app.Actions.Setup(actions => actions.HandleAsync(It.IsAny<ResolveCommand>(), It.IsAny<IReadOnlyList<ItemRef>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new PreconditionFailedException("changed"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await _app.ResolveAsync("""{ "resolution": "escalated", "resolvedBy": "ada" }""", "\"old\"")).StatusCode);
    }

    [Theory]
    [InlineData("{}", "#/text")]
    [InlineData("""{ "text": "x" }""", "#/author")]
    [InlineData("""{ "text": "x", "author": "ada", "at": 1 }""", "#/at")]
    public async Task A_note_needs_text_and_author(string body, string member)
    {
        var answer = await _app.NoteAsync(body);

        Assert.Equal(member, Text(answer.Json().GetProperty("errors")[0], "pointer"));
        _app.Actions.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task An_order_is_moved_to_the_queue_by_hand()
    {
        _app.Actions.Setup(actions => actions.HandleAsync(new MoveCommand(new(Ada, "asked")), A1, It.IsAny<CancellationToken>())).ReturnsAsync([Done]);
        _app.Tells(new TimelineEvent(6, Backlog.Start, TimelineEventKind.DeadLettered) { Actor = Ada, Detail = "asked" });

        var answer = await _app.MoveAsync(ActionBody);

        Assert.Equal((HttpStatusCode.OK, "/api/dead-letters/A1"), (answer.StatusCode, answer.Header("Location")));
        Assert.Equal("order.dead_lettered", Assert.Single(_app.Log.Audit).Action);
    }

    [Theory]
    [InlineData(ItemReasons.NotFound, 404, "not_found")]
    [InlineData("active_workflow", 409, "active_workflow")]
    [InlineData("ended", 409, "ended")]
    public async Task An_order_that_cannot_be_moved_says_why(string reason, int status, string code)
    {
        _app.Actions.Setup(actions => actions.HandleAsync(It.IsAny<MoveCommand>(), A1, It.IsAny<CancellationToken>())).ReturnsAsync([Skipped(reason)]);

        var answer = await _app.MoveAsync(ActionBody);

        Assert.Equal((status, code), ((int)answer.StatusCode, Text(answer.Json(), "code")));
    }

    [Fact]
    public async Task An_order_is_cancelled_and_asked_again_it_is_told_once()
    {
        _app.Orders.SetupSequence(orders => orders.CancelAsync("A1", new AuditedAction(Ada, "asked"), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Changed(DeadLetterApp.Order))
            .ReturnsAsync(new ChangeOutcome.Unchanged(DeadLetterApp.Order));
        _app.Tells(new TimelineEvent(6, Backlog.Start, TimelineEventKind.Cancelled) { Actor = Ada, Detail = "asked" });

        Assert.Equal(HttpStatusCode.OK, (await _app.CancelAsync(ActionBody)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _app.CancelAsync(ActionBody)).StatusCode);

        Assert.Equal(("order.cancelled", "asked"), (Assert.Single(_app.Log.Audit).Action, _app.Log.Audit[0].Reason));
    }

    [Fact]
    public async Task A_dead_letter_is_cancelled_together_with_its_entry()
    {
        _app.Orders.Setup(orders => orders.CancelAsync("A1", It.IsAny<AuditedAction>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Refused(Refusal.DeadLetter, "a dead letter"));
        var asked = _app.Resolves(Done);

        Assert.Equal(HttpStatusCode.OK, (await _app.CancelAsync(ActionBody)).StatusCode);
        Assert.Equal((DeadLetterResolution.Cancelled, new AuditedAction(Ada, "asked")), (asked[0].Resolution, asked[0].Action));
    }

    [Fact]
    public async Task A_completed_order_is_not_cancelled()
    {
        _app.Orders.Setup(orders => orders.CancelAsync("A1", It.IsAny<AuditedAction>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new ChangeOutcome.Refused(Refusal.Ended, "completed"));

        Assert.Equal("ended", Text((await _app.CancelAsync(ActionBody)).Json(), "code"));
        Assert.Equal("#/reason", Text((await _app.CancelAsync("""{ "requestedBy": "ada" }""")).Json().GetProperty("errors")[0], "pointer"));
    }

    [Fact]
    public async Task One_dead_letter_is_shown_with_its_tag_and_links()
    {
        var answer = await _app.GetAsync();

        Assert.Equal((HttpStatusCode.OK, EntityTags.Of(Tag)), (answer.StatusCode, answer.Header("ETag")));
        Assert.Equal("/api/failure-groups/f1", Text(answer.Json().GetProperty("links"), "group"));
        Assert.Equal(HttpStatusCode.NotFound, (await _app.GetAsync("B1")).StatusCode);
    }

    [Theory]
    [InlineData("", true, false)]
    [InlineData("?filter=", true, false)]
    [InlineData("?filter=errorType%20%3D%20timeout", true, true)]
    [InlineData("?filter=resolution%20%3D%20cancelled", false, true)]
    [InlineData("?resolution=any", false, false)]
    [InlineData("?resolution=unresolved&filter=resolution%20!%3D%20cancelled", true, true)]
    public async Task A_list_is_of_what_is_open_unless_something_else_is_said(string query, bool isOpen, bool isFiltered)
    {
        List<DeadLetterQuery> asked = [];
        _app.Letters.Setup(letters => letters.ListAsync(Capture.In(asked), 50, null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<DeadLetterEntry>([Open], null));

        var answer = await _app.ListAsync(query);

        Assert.Equal("A1", Text(answer.Json().GetProperty("items")[0], "orderId"));
        Assert.Equal((isOpen, isFiltered), (asked[0].Scope == DeadLetterScope.Unresolved, asked[0].Filter is not null));
    }

    [Theory]
    [InlineData("?filter=errorTyp%20%3D%20timeout", "invalid_filter", "#/filter", 1)]
    [InlineData("?filter=errorType%20%3D%20slow", "invalid_filter", "#/filter", 13)]
    [InlineData("?resolution=gone", "invalid_parameter", "#/resolution", null)]
    [InlineData("?pageSize=0", "invalid_parameter", "#/pageSize", null)]
    public async Task A_list_that_cannot_be_is_a_400(string query, string code, string member, int? column)
    {
        var answer = await _app.ListAsync(query);

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, Text(answer.Json(), "code")));
        var error = answer.Json().GetProperty("errors")[0];
        Assert.Equal((member, column), (Text(error, "pointer"), error.TryGetProperty("column", out var found) ? found.GetInt32() : null));
        _app.Letters.VerifyNoOtherCalls();
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
