using Reprocessing.Storage.Leases;

namespace Reprocessing.Functions.Tests.DeadLetters.Bulk;

public sealed class DeadLetterPlanSelectorTests
{
    private static readonly DeadLetterEntry Resolved =
        DeadLetterApp.Open with { OrderId = "R1", Resolution = DeadLetterResolution.Cancelled, ResolvedAt = Backlog.Start, ResolvedBy = "bob" };

    private readonly Mock<IDeadLetters> _letters = new();
    private readonly Mock<IJobStore> _jobs = new();
    private readonly Mock<ILeases> _leases = new();
    private readonly List<DeadLetterQuery> _asked = [];

    public DeadLetterPlanSelectorTests() => Holds();

    [Theory]
    [InlineData("errorTyp = timeout", 1)]
    [InlineData("errorType = timeout and", 24)]
    public void A_filter_that_says_something_unknown_is_refused(string filter, int column)
    {
        var problem = Selector(JobOperation.Retry).Check(new() { Filter = filter }, null)!;

        Assert.Equal(("invalid_filter", column), (problem.Code, problem.Errors[0].Column));
        Assert.StartsWith("#/selection", problem.Errors[0].Pointer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "maxRetries": 0 }""", "#/options/maxRetries")]
    [InlineData("""{ "maxRetries": 101 }""", "#/options/maxRetries")]
    [InlineData("""{ "timeoutPerItemSeconds": 86401 }""", "#/options/timeoutPerItemSeconds")]
    [InlineData("""{ "retryStrategy": "sometimes" }""", "#/options/retryStrategy")]
    [InlineData("""{ "retryStrategy": 7 }""", "#/options/retryStrategy")]
    [InlineData("""{ "modifications": { "stageTimeoutSeconds": 3601 } }""", "#/options/modifications/stageTimeoutSeconds")]
    [InlineData("""{ "unknown": 1 }""", "#/options/unknown")]
    public void Options_that_make_no_sense_are_refused_where_they_stand(string options, string member)
    {
        var problem = Selector(JobOperation.Retry).Check(new() { All = true }, options)!;

        Assert.Equal(("invalid_options", member), (problem.Code, problem.Errors[0].Pointer));
    }

    [Fact]
    public void Options_that_make_sense_are_taken_with_their_defaults()
    {
        Assert.Null(Selector(JobOperation.Retry).Check(new() { All = true }, """{ "retryStrategy": { "strategy": "fixed", "baseDelay": "00:00:05" }, "modifications": { "from": "failed_stage" } }"""));
        Assert.Equal((3, TimeSpan.FromSeconds(300)), (new ReprocessOptions().ToAttempts().Max, new ReprocessOptions().ToAttempts().Timeout));
        Assert.Null(Selector(JobOperation.Resolve).Check(new() { All = true }, """{ "resolution": "escalated", "notes": "look" }"""));
        Assert.Equal("#/options/resolution", Selector(JobOperation.Resolve).Check(new() { All = true }, """{ "resolution": "manual_retry" }""")!.Errors[0].Pointer);
        Assert.Equal("#/options/confirm", Selector(JobOperation.Purge).Check(new() { All = true }, null)!.Errors[0].Pointer);
    }

    [Fact]
    public void What_was_handed_to_people_can_be_planned_to_be_retried_or_cancelled_and_not_to_be_handed_on()
    {
        var escalated = Resolved with { Resolution = DeadLetterResolution.Escalated };

        Assert.Null(Refusal(JobOperation.Retry, escalated, null));
        Assert.Null(Refusal(JobOperation.Resolve, escalated, """{ "resolution": "cancelled" }"""));
        Assert.Equal(ItemReasons.AlreadyResolved, Refusal(JobOperation.Resolve, escalated, """{ "resolution": "escalated" }"""));
        Assert.Equal(ItemReasons.AlreadyResolved, Refusal(JobOperation.Retry, Resolved, null));
    }

    [Fact]
    public void Equal_selections_are_described_equally()
    {
        var selector = Selector(JobOperation.Retry);

        Assert.Equal(
            selector.Describe(new() { Filter = "errorType = timeout AND age > 1d" }),
            selector.Describe(new() { Filter = "error_type=TIMEOUT   and AGE > 24h" }));
        Assert.Equal("2 ids, except 1 ids", selector.Describe(new() { Ids = ["a", "b", "a"], Exclude = ["a"] }));
        Assert.Equal("all", selector.Describe(new() { All = true }));
    }

    [Fact]
    public async Task A_filter_is_asked_of_open_entries_and_what_cannot_be_worked_on_has_its_reason()
    {
        Finds(DeadLetterApp.Open, DeadLetterApp.Open with { OrderId = "P1", FinalFailureStatus = "validation_failed" }, DeadLetterApp.Open with { OrderId = "X1" });

        var items = await SelectAsync(Selector(JobOperation.Retry), new() { Filter = "errorType = command_failure", Exclude = ["X1"] });

        Assert.Equal((DeadLetterScope.Unresolved, true), (_asked[0].Scope, _asked[0].Filter is not null));
        Assert.Equal([("A1", true, null), ("P1", false, "permanent_failure")], items.Select(item => (item.Id, item.IsEligible, item.Reason)));
        Assert.Equal([("v4", "f1"), ("v4", "f1")], items.Select(item => (item.ExpectedVersion, item.Group)));
    }

    [Fact]
    public async Task A_filter_that_names_the_resolution_shows_what_is_resolved_and_that_it_is_not_worked_on()
    {
        Finds(Resolved);

        var items = await SelectAsync(Selector(JobOperation.Retry), new() { Filter = "resolution = cancelled" });

        Assert.Equal(DeadLetterScope.Any, _asked[0].Scope);
        Assert.Equal(("R1", ItemReasons.AlreadyResolved), (Assert.Single(items).Id, items[0].Reason));
    }

    [Fact]
    public async Task Ids_are_looked_up_and_those_without_a_dead_letter_say_so()
    {
        _letters.Setup(letters => letters.FindAsync(It.IsAny<IReadOnlyList<string>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((IReadOnlyList<string> ids, CancellationToken _) => [.. ids.Select(id => id switch
            {
                "none" => null,
                "live" => new OrderDeadLetter(id, null),
                _ => new OrderDeadLetter(id, DeadLetterApp.Open with { OrderId = id }),
            })]);

        var items = await SelectAsync(Selector(JobOperation.Retry), new() { Ids = ["A1", "none", "live"] });

        Assert.Equal(
            [("A1", null), ("none", ItemReasons.NotFound), ("live", ItemReasons.NotDeadLetter)],
            items.Select(item => (item.Id, item.Reason)));
    }

    [Fact]
    public async Task A_purge_is_of_resolved_entries_and_only_of_as_many_as_were_confirmed()
    {
        Finds(Resolved, Resolved with { OrderId = "R2" });
        var selector = Selector(JobOperation.Purge);

        Assert.Equal(2, (await SelectAsync(selector, new() { All = true }, """{ "confirm": 2 }""")).Count);
        Assert.Equal(DeadLetterScope.Resolved, _asked[0].Scope);
        Assert.Equal(2, (await SelectAsync(selector, new() { All = true }, """{ "confirm": "purge", "force": true }""")).Count);
        Assert.Equal(DeadLetterScope.Any, _asked[1].Scope);
        Assert.Null(selector.CheckCount("""{ "confirm": 2 }""", 2));
        Assert.Equal("#/options/confirm", selector.CheckCount("""{ "confirm": 3 }""", 2)?.Pointer);
    }

    [Fact]
    public async Task What_another_job_holds_is_not_worked_on_and_the_plan_says_whose_it_is()
    {
        Finds(DeadLetterApp.Open, DeadLetterApp.Open with { OrderId = "B2" });
        Holds("A1");

        var items = await SelectAsync(Selector(JobOperation.Retry), new() { All = true });

        Assert.Equal([("A1", false, ItemReasons.Leased), ("B2", true, null)], items.Select(item => (item.Id, item.IsEligible, item.Reason)));
        Assert.Contains("belongs to job-7", items[0].Message, StringComparison.Ordinal);
        Assert.Equal(("v4", "f1", ItemState.Skipped), (items[0].ExpectedVersion, items[0].Group, items[0].State));
    }

    /// <summary>One job is open, and holds these.</summary>
    private void Holds(params string[] ids)
    {
        _jobs.Setup(jobs => jobs.ListOpenAsync(It.IsAny<DateTimeOffset>(), It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new Reprocessing.Storage.Page<JobRecord>(ids.Length > 0 ? [SampleJobs.Job("job-7")] : [], null));
        _leases.Setup(leases => leases.FindAsync(It.IsAny<IReadOnlyList<string>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(ids.ToDictionary(id => id, _ => new Lease("job-7", Backlog.Start.AddYears(100))));
    }

    private void Finds(params DeadLetterEntry[] entries) => _letters
        .Setup(letters => letters.ListAsync(Capture.In(_asked), It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
        .ReturnsAsync(new Reprocessing.Storage.Page<DeadLetterEntry>(entries, null));

    private static string? Refusal(JobOperation operation, DeadLetterEntry entry, string? options) => DeadLetterOptions.Use(operation, options).Refuses(entry);

    private DeadLetterPlanSelector Selector(JobOperation operation) => new(operation, _letters.Object, _jobs.Object, _leases.Object, TimeProvider.System);

    private static async Task<List<JobItem>> SelectAsync(DeadLetterPlanSelector selector, PlanSelection selection, string? options = null)
    {
        var query = new PlanQuery(selection, options, Backlog.Start, 100, null) { Ids = selection.Ids };
        return [.. (await selector.SelectAsync(query, new FakeEngine().Client, default)).Items];
    }
}
