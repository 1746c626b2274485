using Reprocessing.Functions.Tests.Jobs.Requests;
using Reprocessing.Functions.FailureGroups;

namespace Reprocessing.Functions.Tests.FailureGroups;

public sealed class FailureGroupFunctionsTests
{
    private const string Archive = """{ "state": "archived", "note": "known", "requestedBy": "ada" }""";

    private readonly Mock<IFailureGroups> _groups = new();
    private readonly Mock<IAuditLog> _audit = new();
    private FailureGroupDemand? _asked;

    [Fact]
    public async Task A_group_is_shown_with_its_tag()
    {
        _groups.Setup(groups => groups.GetAsync("f1", It.IsAny<CancellationToken>())).ReturnsAsync(new FoundFailureGroup(Group(), "tag-1", null));
        var jobs = new FakeJobStore();
        jobs["job-1"] = SampleJobs.Job("job-1");
        jobs.Mock.Setup(store => store.CountOutcomesAsync("job-1", "f1", It.IsAny<CancellationToken>())).ReturnsAsync(new OutcomeCounts(Succeeded: 2, FailedSame: 1));
        // What is between the newest job and the last retry is passed over, a page without one too.
        var retries = new JobQuery(Operation: JobOperation.Retry);
        jobs.Mock.Setup(store => store.ListAsync(retries, 30, null, It.IsAny<CancellationToken>())).ReturnsAsync(new Reprocessing.Storage.Page<JobRecord>([], "on"));
        jobs.Mock.Setup(store => store.ListAsync(retries, 30, "on", It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<JobRecord>([jobs["job-1"]], null));
        using var outcomes = new FreshOutcomes(jobs.Store, Mock.Of<IOutcomeProjection>(), TimeProvider.System, NullLogger<FreshOutcomes>.Instance);
        var functions = new FailureGroupFunctions(
            _groups.Object, new(jobs.Store, outcomes), new(new FakeStorage().Tables), _audit.Object, new SettableClock(Backlog.Start));

        var found = await new FakeRequest("GET", "/api/failure-groups/f1").SendAsync(request => functions.GetFailureGroup(request, "f1", default));
        var missing = await new FakeRequest("GET", "/api/failure-groups/f2").SendAsync(request => functions.GetFailureGroup(request, "f2", default));

        Assert.Equal(EntityTags.Of("tag-1"), found.Header("ETag"));
        Assert.Equal(
            """
            {"fingerprint":"f1","state":"ongoing","errorType":"timeout","failureStatus":"pick_timeout","sampleReason":"slow","sampleOrderId":"A1",
            "failingCount":0,"count":3,"openCount":2,"resolvedCount":1,"firstSeen":"2026-03-01T12:00:00+00:00","lastSeen":"2026-03-01T13:00:00+00:00",
            "retries":[{"jobId":"job-1","requestedAt":"CREATED","outcomes":
            {"running":0,"succeeded":2,"failedSame":1,"failedNew":0,"deadLetteredAgain":0,"cancelled":0}}],
            "verdict":"still_failing","recent":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}
            """.ReplaceLineEndings(string.Empty).Replace("CREATED", jobs["job-1"].CreatedAt.ToString("yyyy-MM-ddTHH:mm:sszzz", null), StringComparison.Ordinal),
            found.Text());
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("?state=regressed", FailureGroupState.Regressed)]
    public async Task Groups_are_listed_by_state(string query, FailureGroupState? state)
    {
        _groups.Setup(groups => groups.ListAsync(state, 50, null, It.IsAny<CancellationToken>())).ReturnsAsync(new Reprocessing.Storage.Page<FailureGroup>([Group()], "next"));

        var answer = await new FakeRequest("GET", $"/api/failure-groups{query}").SendAsync(request => Functions.ListFailureGroups(request, default));

        Assert.Equal("f1", answer.Json().GetProperty("items")[0].GetProperty("fingerprint").GetString());
        Assert.NotEmpty(answer.Json().GetProperty("nextPageToken").GetString()!);
    }

    [Fact]
    public async Task A_state_that_there_is_not_is_a_400()
    {
        var answer = await new FakeRequest("GET", "/api/failure-groups?state=old").SendAsync(request => Functions.ListFailureGroups(request, default));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_parameter"), (answer.StatusCode, answer.Json().GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_edit_is_stored_and_told_under_an_id_of_its_own()
    {
        Store(new(3, true, "ada (claimed)", Backlog.Start) { Note = "known" });

        var answer = await EditAsync(Archive);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(EntityTags.Of("tag-2"), answer.Header("ETag"));
        Assert.Equal(new FailureGroupDemand(true, "known", "ada (claimed)"), _asked);
        _audit.Verify(audit => audit.AddAsync(
            It.Is<AuditEvent>(told => told.EventId == "group-f1.edit-3" && told.Actor == "ada (claimed)" && told.Action == "failure_group.archived"
                && told.Target == "f1" && told.Reason == "known" && told.At == Backlog.Start),
            It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task Opening_what_nobody_has_archived_tells_nothing()
    {
        Store(null);

        var answer = await EditAsync("""{ "state": "open", "requestedBy": "ada" }""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(_asked!.IsArchived);
        _audit.VerifyNoOtherCalls();
    }

    [Theory]
    [InlineData("\"other\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("*", HttpStatusCode.OK)]
    public async Task An_edit_holds_to_what_was_read(string ifMatch, HttpStatusCode status)
    {
        Store(new(1, true, "ada (claimed)", Backlog.Start));

        Assert.Equal(status, (await EditAsync(Archive, ifMatch)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await EditAsync(Archive, EntityTags.Of("tag-1"))).StatusCode);
    }

    [Theory]
    [InlineData("""{ "requestedBy": "ada" }""", "#/state")]
    [InlineData("""{ "state": "resolved", "requestedBy": "ada" }""", "#/state")]
    [InlineData("""{ "state": "open" }""", "#/requestedBy")]
    [InlineData("""{ "state": "open", "requestedBy": "ada", "note": " " }""", "#/note")]
    public async Task A_faulty_edit_is_a_400_that_points_at_it(string body, string at)
    {
        var answer = await EditAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(at, answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
        _groups.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task A_group_that_there_is_not_cannot_be_edited() => Assert.Equal(HttpStatusCode.NotFound, (await EditAsync(Archive)).StatusCode);

    private void Store(FailureGroupEdit? edit) => _groups
        .Setup(groups => groups.EditAsync("f1", It.IsAny<FailureGroupDemand>(), It.IsAny<Func<string, bool>>(), It.IsAny<CancellationToken>()))
        .ReturnsAsync((string _, FailureGroupDemand demand, Func<string, bool> mayChange, CancellationToken _) =>
        {
            _asked = demand;
            return mayChange("tag-1") ? new(Group(), "tag-2", edit) : throw new PreconditionFailedException("It has changed.");
        });

    /// <summary>Without the retries of a group, of which only one that is shown tells.</summary>
    private FailureGroupFunctions Functions => new(
        _groups.Object, null!, new(new FakeStorage().Tables), _audit.Object, new SettableClock(Backlog.Start));

    private Task<HttpResponseData> EditAsync(string body, string? ifMatch = null)
    {
        var request = new FakeRequest("PATCH", "/api/failure-groups/f1", body);
        if (ifMatch is not null)
        {
            request.Headers.Add("If-Match", ifMatch);
        }

        return request.SendAsync(_ => Functions.EditFailureGroup(request, "f1", default));
    }

    private static FailureGroup Group() => new("f1", FailureGroupState.Ongoing, ErrorType.Timeout, "pick_timeout")
    {
        SampleReason = "slow",
        SampleOrderId = "A1",
        Count = 3,
        OpenCount = 2,
        FirstSeen = Backlog.Start,
        LastSeen = Backlog.Start.AddHours(1),
    };
}
